import {
  type AstNodeDescription,
  DefaultScopeComputation,
  type LangiumDocument,
  type LocalSymbols,
  MultiMap,
} from 'langium';
import type { Declaration, File, Operation } from '../grammar/generated/ast.ts';
import { packageOf } from './name-index.ts';

/** What a file offers: its declarations and their operations, under full names. Nothing is local: names are seen by package. */
export class Exports extends DefaultScopeComputation {
  override async collectExportedSymbols(document: LangiumDocument): Promise<AstNodeDescription[]> {
    const file = document.parseResult.value as File;
    const exported: AstNodeDescription[] = [];
    for (const declaration of file.declarations ?? []) {
      const name = fullNameOf(declaration);
      if (name === undefined) continue;
      exported.push(this.descriptions.createDescription(declaration, name, document));
      for (const operation of operationsOf(declaration)) {
        if (!operation.name) continue;
        exported.push(this.descriptions.createDescription(operation, `${name}.${operation.name}`, document));
      }
    }
    return exported;
  }

  override async collectLocalSymbols(): Promise<LocalSymbols> {
    return new MultiMap();
  }
}

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
