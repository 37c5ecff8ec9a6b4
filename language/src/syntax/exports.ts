import {
  type AstNode,
  type AstNodeDescription,
  DefaultScopeComputation,
  type LangiumDocument,
  type LocalSymbols,
  MultiMap,
} from 'langium';
import type { Declaration, File, Operation } from '../grammar/generated/ast.ts';
import type { DeclaredKind, DeclaredName } from '../model/names-in-scope.ts';
import { packageOf } from './name-index.ts';

/** What a file offers: its declarations and their operations, under full names. Nothing is local: names are seen by package. */
export class Exports extends DefaultScopeComputation {
  override async collectExportedSymbols(document: LangiumDocument): Promise<AstNodeDescription[]> {
    return exportedNames(document.parseResult.value as File).map(({ name, node }) =>
      this.descriptions.createDescription(node, name, document),
    );
  }

  override async collectLocalSymbols(): Promise<LocalSymbols> {
    return new MultiMap();
  }
}

/** Everything that a file declares, in order. */
export function exportedNames(file: File): readonly (DeclaredName & { readonly node: AstNode })[] {
  const exported: (DeclaredName & { readonly node: AstNode })[] = [];
  for (const declaration of file.declarations ?? []) {
    const name = fullNameOf(declaration);
    const kind = kindOf[declaration.$type];
    if (name === undefined || kind === undefined) continue;
    exported.push({ name, kind, node: declaration });
    for (const operation of operationsOf(declaration)) {
      if (operation.name) exported.push({ name: `${name}.${operation.name}`, kind: 'operation', node: operation });
    }
  }
  return exported;
}

const kindOf: Readonly<Record<Declaration['$type'], DeclaredKind | undefined>> = {
  Message: 'message',
  ErrorMessage: 'error',
  Event: 'event',
  Enum: 'enum',
  TypeAlias: 'alias',
  Policy: 'policy',
  Service: 'service',
  Resource: 'resource',
  External: 'external',
  Auth: 'auth',
  Gateway: 'gateway',
  BoundedContext: 'context',
  Relation: undefined,
  System: 'system',
};

/** `package.name` of a declaration; nothing for a relation, or where broken text left no name. */
export function fullNameOf(declaration: Declaration): string | undefined {
  if (declaration.$type === 'Relation' || !declaration.name) return undefined;
  const inPackage = packageOf(declaration.$container);
  return inPackage === '' ? declaration.name : `${inPackage}.${declaration.name}`;
}

/** The operations of a service or external. */
function operationsOf(declaration: Declaration): Operation[] {
  if (declaration.$type !== 'Service' && declaration.$type !== 'External') return [];
  return (declaration.members ?? []).filter((member) => member.$type === 'Operation');
}
