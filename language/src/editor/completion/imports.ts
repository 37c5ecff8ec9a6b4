import { CompletionItemKind } from 'vscode-languageserver-types';
import { describedText } from '../described.ts';
import type { EditorProject } from '../workspace/projects.ts';
import type { Proposal } from './proposal.ts';
import type { Spot } from './spot.ts';

/** Nobody reads on. */
const mostNames = 12;

/** Packages, or of one the names that are not imported yet. What stands there already and means something stays. */
export function importable({ index }: EditorProject, spot: Spot, property: string): Proposal[] {
  const { tokens, document, from, to } = spot;
  const { name: own, imports = [] } = document.parseResult.value;
  const word = document.textDocument.getText().slice(from, to);
  const proposals = (
    names: readonly string[],
    kind: CompletionItemKind,
    docs: (name: string) => string,
  ): Proposal[] => {
    const shown = names.includes(word) ? [word] : names;
    return shown.map((label) => ({ label, kind, docs: docs(label), rank: 0 }));
  };
  if (property === 'names') {
    const clause = tokens.slice(tokens.findLastIndex(({ image }) => image === 'import') + 1).map(({ image }) => image);
    const brace = clause.indexOf('{');
    const path = clause.slice(0, brace - 1).join('');
    const names = index.namesIn(path).filter((name) => !clause.slice(brace).includes(name));
    const textOf = (name: string): string => {
      const [first] = index.declarations(`${path}.${name}`);
      return `\`\`\`weir\n${(first && describedText(first)) ?? name}\n\`\`\``;
    };
    return proposals(names, CompletionItemKind.Reference, textOf);
  }
  const known = imports.filter(({ names }) => names.length === 0).map((one) => one.package);
  const isNew = (name: string): boolean => name !== '' && name !== own && (name === word || !known.includes(name));
  const packages = [...index.packageNames()].filter(isNew).sort();
  // Each asks for all names there are.
  const contents = (name: string): string => (packages.length > mostNames ? '' : contentsOf(index.namesIn(name)));
  return proposals(packages, CompletionItemKind.Module, contents);
}

function contentsOf(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((one) => `\`${one}\``);
  return `Declares ${shown.join(', ')}${names.length > mostNames ? ` and ${names.length - mostNames} more` : ''}.`;
}
