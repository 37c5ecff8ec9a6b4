import {
  CallHierarchyPrepareRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  HoverRequest,
  ImplementationRequest,
  LinkedEditingRangeRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  SemanticTokensRequest,
  SignatureHelpRequest,
  type TextDocumentPositionParams,
  TypeDefinitionRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver-protocol/node';
import type { Editor } from './client-fixture.ts';

/** The order of places is nobody's business. */
function ordered(answer: unknown): unknown {
  if (Array.isArray(answer)) {
    const all = answer.map(ordered);
    return all.some((one) => typeof one === 'number')
      ? all
      : all.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (answer === null || typeof answer !== 'object') return answer;
  return Object.fromEntries(
    Object.entries(answer)
      // It has the time in it.
      .filter(([key]) => key !== 'resultId')
      .map(([key, value]) => [key, ordered(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What is asked at a place. */
const asked = {
  definition: (at) => [DefinitionRequest.method, at],
  typeDefinition: (at) => [TypeDefinitionRequest.method, at],
  implementation: (at) => [ImplementationRequest.method, at],
  references: (at) => [ReferencesRequest.method, { ...at, context: { includeDeclaration: true } }],
  highlights: (at) => [DocumentHighlightRequest.method, at],
  prepareRename: (at) => [PrepareRenameRequest.method, at],
  rename: (at) => [RenameRequest.method, { ...at, newName: 'another' }],
  toTaken: (at) => [RenameRequest.method, { ...at, newName: 'Money' }],
  hover: (at) => [HoverRequest.method, at],
  signature: (at) => [SignatureHelpRequest.method, at],
  completion: (at) => [CompletionRequest.method, at],
  linked: (at) => [LinkedEditingRangeRequest.method, at],
  calls: (at) => [CallHierarchyPrepareRequest.method, at],
} satisfies Readonly<Record<string, (at: TextDocumentPositionParams) => readonly [string, object]>>;

/** The words of a text, every so many of them. */
function positions(text: string, every: number): { line: number; character: number }[] {
  const all = text.split('\n').flatMap((line, index) => {
    const code = line.replace(/\/\/.*/, '');
    return [...code.matchAll(/[A-Za-z][\w-]*/g)].map((found) => ({ line: index, character: found.index + 1 }));
  });
  return all.filter((_, index) => index % every === 0);
}

/** All that is asked of a file that is open, at every so many words of a text, by what is asked and where. */
export async function answers(
  editor: Editor,
  path: string,
  text: string,
  every: number,
): Promise<ReadonlyMap<string, unknown>> {
  const textDocument = { uri: editor.uri(path) };
  const ask = (method: string, params: object): Promise<unknown> =>
    editor.connection.sendRequest(method, params).then(ordered, ({ message }: Error) => message);
  const found = new Map<string, unknown>();
  found.set('links', await ask(DocumentLinkRequest.method, { textDocument }));
  found.set('tokens', await ask(SemanticTokensRequest.method, { textDocument }));
  found.set('symbols', await ask(WorkspaceSymbolRequest.method, { query: 'Order' }));
  for (const position of positions(text, every)) {
    for (const [name, request] of Object.entries(asked)) {
      const at = `${name} at ${path}:${position.line + 1}:${position.character + 1}`;
      found.set(at, await ask(...(request({ textDocument, position }) as [string, object])));
    }
  }
  return found;
}
