import {
  type AstNodeDescription,
  type AstReflection,
  AstUtils,
  EMPTY_STREAM,
  type ReferenceInfo,
  type Scope,
  type ScopeProvider,
  type Stream,
  stream,
} from 'langium';
import type { File } from '../grammar/generated/ast.ts';
import { type NameSpace, ranks } from '../model/names-in-scope.ts';
import { type NameIndex, packageOf } from './name-index.ts';

/** Finds what a name means: in its own package, then by name imports, then by package imports, then in full. */
export class Names implements ScopeProvider {
  private readonly index: NameIndex;
  readonly reflection: AstReflection;

  constructor(index: NameIndex, reflection: AstReflection) {
    this.index = index;
    this.reflection = reflection;
  }

  getScope(context: ReferenceInfo): Scope {
    const file = AstUtils.findRootNode(context.container) as File;
    const type = this.reflection.getReferenceType(context);
    return {
      getElement: (name) => this.meanings(file, name, type)[0],
      getElements: (name) => stream(this.meanings(file, name, type)),
      getAllElements: () => this.visible(file, type),
    };
  }

  /**
   * Everything that a name may mean in a file, all of one rank: more than one is an ambiguity between imports, or a name
   * declared twice in one package. Without a type, whatever kind it is of.
   */
  meanings(file: File, name: string, type?: string): AstNodeDescription[] {
    return this.meaningsIn(spaceOf(file), name, type);
  }

  /** The same where there is no tree of the file. */
  meaningsIn(space: NameSpace, name: string, type?: string): AstNodeDescription[] {
    for (const rank of ranks(space, name)) {
      const found = rank.flatMap((fullName) => this.ofType(fullName, type));
      if (found.length > 0) return found;
    }
    return [];
  }

  private ofType(fullName: string, type: string | undefined): AstNodeDescription[] {
    const all = this.index.declarations(fullName);
    return type === undefined
      ? [...all]
      : all.filter((description) => this.reflection.isSubtype(description.type, type));
  }

  private visible(file: File, type: string): Stream<AstNodeDescription> {
    return file.declarations === undefined ? EMPTY_STREAM : this.index.allElements(type);
  }
}

/** What decides on the meaning of names in a file. */
export function spaceOf(file: File): NameSpace {
  return {
    package: packageOf(file),
    imports: (file.imports ?? []).map(({ package: from, names }) => ({
      package: from,
      ...(names.length > 0 ? { names } : {}),
    })),
  };
}
