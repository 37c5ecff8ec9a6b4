import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CallHierarchyPrepareRequest,
  CancellationTokenSource,
  CodeActionRequest,
  CodeLensRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  InlayHintRequest,
  LinkedEditingRangeRequest,
  LSPErrorCodes,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  ResponseError,
  SelectionRangeRequest,
  SemanticTokensRequest,
  SignatureHelpRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver-protocol/node';
import { scratch } from '../project/scratch-fixture.ts';
import { Editor } from './client-fixture.ts';

const text = `service orders { grpc 1  uses users  rpc Place() { calls users.Get } }
service users { grpc 1  rpc Get()  rpc Tell(id: uuid = 1) { route GET /{id} } }
${Array.from({ length: 700 }, (_, i) => `message M${i} { a: string = 1 }`).join('\n')}
`;

/** They wait for the check. The others may have been answered before anybody could cancel them. */
const slow: ReadonlySet<string> = new Set([
  'hover',
  'inlayHint',
  'codeLens',
  'callHierarchy',
  'topology',
  'generated',
  'generatedTargets',
]);

test('whatever is cancelled is answered by the error -32800, and asked again it is answered', async (t) => {
  const { root } = await scratch(t, { 'a.svc': text });
  const editor = await Editor.start(t, root);
  await editor.open('a.svc', text);
  const { connection } = editor;
  const at = editor.at('a.svc', text, 'calls users.G|et');
  const { textDocument } = at;
  const range = { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } };
  const asked: Readonly<Record<string, (token?: CancellationTokenSource['token']) => Promise<unknown>>> = {
    completion: (token) => connection.sendRequest(CompletionRequest.type, at, token),
    hover: (token) => connection.sendRequest(HoverRequest.type, at, token),
    rename: (token) => connection.sendRequest(RenameRequest.type, { ...at, newName: 'Find' }, token),
    prepareRename: (token) => connection.sendRequest(PrepareRenameRequest.type, at, token),
    references: (token) =>
      connection.sendRequest(ReferencesRequest.type, { ...at, context: { includeDeclaration: true } }, token),
    inlayHint: (token) => connection.sendRequest(InlayHintRequest.type, { textDocument, range }, token),
    codeLens: (token) => connection.sendRequest(CodeLensRequest.type, { textDocument }, token),
    semanticTokens: (token) => connection.sendRequest(SemanticTokensRequest.type, { textDocument }, token),
    signatureHelp: (token) => connection.sendRequest(SignatureHelpRequest.type, at, token),
    documentLink: (token) => connection.sendRequest(DocumentLinkRequest.type, { textDocument }, token),
    definition: (token) => connection.sendRequest(DefinitionRequest.type, at, token),
    documentHighlight: (token) => connection.sendRequest(DocumentHighlightRequest.type, at, token),
    documentSymbol: (token) => connection.sendRequest(DocumentSymbolRequest.type, { textDocument }, token),
    foldingRange: (token) => connection.sendRequest(FoldingRangeRequest.type, { textDocument }, token),
    selectionRange: (token) =>
      connection.sendRequest(SelectionRangeRequest.type, { textDocument, positions: [at.position] }, token),
    linkedEditing: (token) =>
      connection.sendRequest(LinkedEditingRangeRequest.type, editor.at('a.svc', text, 'Tell(i|d'), token),
    callHierarchy: (token) => connection.sendRequest(CallHierarchyPrepareRequest.type, at, token),
    formatting: (token) =>
      connection.sendRequest(
        DocumentFormattingRequest.type,
        { textDocument, options: { tabSize: 2, insertSpaces: true } },
        token,
      ),
    codeAction: (token) =>
      connection.sendRequest(
        CodeActionRequest.type,
        { textDocument, range, context: { diagnostics: [], only: ['weir.generated'] } },
        token,
      ),
    topology: (token) => connection.sendRequest('weir/topology', { textDocument }, token),
    generated: (token) => connection.sendRequest('weir/generated', { ...at, target: 'proto' }, token),
    generatedTargets: (token) => connection.sendRequest('weir/generatedTargets', at, token),
    symbol: (token) => connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'Get' }, token),
  };
  const isCancelled = (error: unknown): boolean =>
    error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled;
  for (const [name, ask] of Object.entries(asked)) {
    let cancelled = false;
    // Where the machine has much else to do, even a slow one may be answered before its end is heard of.
    for (let attempt = 0; attempt < (slow.has(name) ? 10 : 1) && !cancelled; attempt++) {
      // An edit goes before: what is asked for waits for it.
      void editor.change('a.svc', `${text}// ${name} ${attempt}\n`);
      const cancel = new CancellationTokenSource();
      const answer = ask(cancel.token);
      cancel.cancel();
      cancelled = await answer.then(
        () => false,
        (error: unknown) => {
          assert.ok(isCancelled(error), name);
          return true;
        },
      );
    }
    assert.ok(cancelled || !slow.has(name), name);
    assert.ok(await ask(), name);
  }
});
