import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancellationTokenSource,
  type CodeAction,
  CodeActionRequest,
  type CompletionItem,
  CompletionRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
  DocumentRangeFormattingRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  HoverRequest,
  LSPErrorCodes,
  ReferencesRequest,
  ResponseError,
  type TextEdit,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { scratch } from '../project/scratch-fixture.ts';
import { Editor } from './client-fixture.ts';
import { formatText } from './format.ts';

const common = `package shop.common
/// Whole units and nanos.
message Money { currency: string = 1, units: int64 = 2 }
`;
const users = `package shop.users
message User { id: uuid = 1 }
service users { grpc 9090
  /// Finds a user.
  /// By id.
  @deprecated("use FindUser")
  rpc GetUser(id: uuid = 1) -> User { reads }
  rpc FindUser(id: uuid = 1) -> User { reads }
}
`;
const orders = `package shop.orders
import shop.users
message Order { total: Total = 1 }
message Total { units: int64 = 1 }
service orders {
  uses users with { timeout 1s }
  rpc PlaceOrder(order: Order = 1) { calls users.GetUser, users.FindUser }
}
gateway public { serves orders }
`;
const files = { 'common.svc': common, 'users.svc': users, 'orders.svc': orders, 'weir.json': '{}' };

const applied = (text: string, edits: readonly TextEdit[]): string =>
  TextDocument.applyEdits(TextDocument.create('a:a', 'weir', 0, text), [...edits]);

test('definition and references go across files', async (t) => {
  const { root } = await scratch(t, files);
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', orders);
  const at = editor.at('orders.svc', orders, 'calls users.Get|User');
  const definition = await editor.connection.sendRequest(DefinitionRequest.type, at);
  assert.ok(Array.isArray(definition) && definition[0] && 'targetUri' in definition[0]);
  assert.equal(definition[0].targetUri, editor.uri('users.svc'));
  assert.deepEqual(definition[0].targetSelectionRange.start, { line: 6, character: 6 });

  await editor.open('users.svc', users);
  const here = { ...editor.at('users.svc', users, 'rpc Find|User'), context: { includeDeclaration: false } };
  const references = await editor.connection.sendRequest(ReferencesRequest.type, here);
  assert.deepEqual(
    references?.map(({ uri, range }) => [uri, range.start.line]),
    [[editor.uri('orders.svc'), 6]],
  );
});

test('hover shows a declaration as it is written, and its documentation', async (t) => {
  const { root } = await scratch(t, files);
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', orders);
  const hover = await editor.connection.sendRequest(
    HoverRequest.type,
    editor.at('orders.svc', orders, 'calls users.Get|User'),
  );
  const contents = hover?.contents;
  assert.ok(contents && typeof contents === 'object' && 'value' in contents);
  assert.ok(
    contents.value.startsWith(
      '```weir\nrpc GetUser(id: uuid = 1) -> User\n```\n\n---\n\n' +
        '**Deprecated.** use FindUser\n\n---\n\nFinds a user.\nBy id.\n\n---\n\n',
    ),
    contents.value,
  );
});

test('formatting is that of `weir fmt`, in small edits; broken text is left alone', async (t) => {
  const ugly = orders.replaceAll('  ', '      ').replace('{ total:', '{\ntotal  :');
  const { root } = await scratch(t, { ...files, 'orders.svc': ugly });
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', ugly);
  const textDocument = { uri: editor.uri('orders.svc') };
  const options = { tabSize: 2, insertSpaces: true };
  const edits = (await editor.connection.sendRequest(DocumentFormattingRequest.type, { textDocument, options })) ?? [];
  assert.equal(applied(ugly, edits), formatText(ugly).text);
  assert.ok(edits.length > 1);

  const range = { start: { line: 6, character: 0 }, end: { line: 7, character: 0 } };
  const some = { textDocument, options, range };
  const within = (await editor.connection.sendRequest(DocumentRangeFormattingRequest.type, some)) ?? [];
  assert.ok(within.length > 0 && within.length < edits.length);
  assert.ok(within.every((edit) => edit.range.start.line >= 6 && edit.range.end.line <= 7));

  await editor.change('orders.svc', `${ugly} {`);
  const none = await editor.connection.sendRequest(DocumentFormattingRequest.type, { textDocument, options });
  assert.deepEqual(none, []);
});

test('a quick fix mends what its finding says', async (t) => {
  const broken = orders.replace('total: Total', 'total: Money').replace('message Total { units: int64 = 1 }\n', '');
  const { root } = await scratch(t, { ...files, 'orders.svc': broken });
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', broken);
  const diagnostics = await editor.until('orders.svc', (found) => found.length === 1);
  const textDocument = { uri: editor.uri('orders.svc') };
  const range = diagnostics[0]?.range ?? assert.fail();
  const actions = await editor.connection.sendRequest(CodeActionRequest.type, {
    textDocument,
    range,
    context: { diagnostics: [...diagnostics] },
  });
  const [action] = actions as CodeAction[];
  assert.equal(action?.title, 'Add `import shop.common.{Money}`');
  assert.equal(action?.kind, 'quickfix');
  assert.deepEqual(
    action?.diagnostics?.map(({ data }) => data),
    [{ code: 'unresolved-reference' }],
  );
  await editor.change('orders.svc', applied(broken, action?.edit?.changes?.[textDocument.uri] ?? []));
  await editor.until('orders.svc', (found) => found.length === 0);

  const refactorings = { diagnostics: [...diagnostics], only: ['refactor'] };
  const others = await editor.connection.sendRequest(CodeActionRequest.type, {
    textDocument,
    range,
    context: refactorings,
  });
  assert.deepEqual(others, []);
});

test('all fixes of a document that leave no choice are offered as one to who asks for them', async (t) => {
  const text = 'package x\r\n@allow(enum-zero, "old")\r\nenum E { a = 0 }\r\npolicy p { timeout 5m  deadline 6m }\r\n';
  const { root } = await scratch(t, { 'x.svc': text, 'y.svc': 'policy q { timeout 5m }\n' });
  const editor = await Editor.start(t, root);
  await editor.open('x.svc', text);
  await editor.until('x.svc', (found) => found.length > 2);
  const textDocument = { uri: editor.uri('x.svc') };
  const start = { line: 0, character: 0 };
  const ask = (...only: string[]) =>
    editor.connection.sendRequest(CodeActionRequest.type, {
      textDocument,
      range: { start, end: start },
      context: { diagnostics: [], ...(only.length > 0 ? { only } : {}) },
    });
  for (const only of ['source.fixAll.weir', 'source.fixAll', 'source']) {
    const [action, ...others] = (await ask(only)) as CodeAction[];
    assert.deepEqual([action?.kind, others], ['source.fixAll.weir', []]);
    assert.deepEqual(Object.keys(action?.edit?.changes ?? {}), [textDocument.uri]);
    assert.equal(
      applied(text, action?.edit?.changes?.[textDocument.uri] ?? []),
      text.replaceAll('5m ', '5min ').replaceAll('6m ', '6min '),
    );
  }
  for (const only of [[], ['source.organizeImports'], ['source.fixAllElse'], ['quickfix']])
    assert.deepEqual(await ask(...only), []);
  const units = text.replaceAll('5m ', '5min ').replaceAll('6m ', '6min ');
  await editor.change('x.svc', units);
  await editor.until('x.svc', (found) => found.every(({ code }) => code !== 'unit'));
  const [action] = (await ask('source.fixAll')) as CodeAction[];
  assert.equal(
    applied(units, action?.edit?.changes?.[textDocument.uri] ?? []),
    units.replace('@allow(enum-zero, "old")\r\n', ''),
  );
});

test('completion proposes names in their short form, imports what is missing, and no keyword for a new name', async (t) => {
  const { root } = await scratch(t, files);
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', orders);
  let version = orders;
  const complete = async (text: string, marked: string): Promise<CompletionItem[]> => {
    version = text;
    await editor.change('orders.svc', text);
    const list = await editor.connection.sendRequest(CompletionRequest.type, editor.at('orders.svc', text, marked));
    return Array.isArray(list) ? list : (list?.items ?? []);
  };
  const labels = (items: readonly CompletionItem[]): string[] => items.map(({ label }) => label).sort();

  const types = await complete(orders.replace('total: Total', 'total: '), 'message Order { total: |');
  assert.ok(labels(types).includes('Total'));
  assert.ok(labels(types).includes('int64'));
  const money = types.find(({ label }) => label === 'Money') ?? assert.fail(labels(types).join(' '));
  assert.deepEqual(
    money.additionalTextEdits?.map(({ newText }) => newText),
    ['\nimport shop.common.{Money}'],
  );
  assert.match(applied(version, money.additionalTextEdits ?? []), /import shop.users\nimport shop.common.\{Money\}\n/);

  const calls = await complete(orders.replace('users.GetUser, ', ''), 'calls |users.FindUser');
  assert.deepEqual(labels(calls), ['users.FindUser', 'users.GetUser']);
  assert.deepEqual(calls.find(({ label }) => label === 'users.GetUser')?.tags, [1]);
  const afterDot = await complete(orders.replace('users.GetUser, users.FindUser', 'users.'), 'calls users.|');
  assert.deepEqual(labels(afterDot), ['users.FindUser', 'users.GetUser']);

  assert.deepEqual(labels(await complete(`${orders}\nmessage `, '\nmessage |')), []);
  const members = labels(await complete(orders.replace('uses users', 'v\n  uses users'), '  v|\n'));
  assert.ok(members.includes('version'), members.join(' '));
});

test('the outline has the declarations of a file, broken or not', async (t) => {
  const { root } = await scratch(t, files);
  const editor = await Editor.start(t, root);
  const consumer = '  on Renamed { dead-letter }\n}\n';
  await editor.open('users.svc', `${users.replace(/\}\n$/, consumer)}service {`);
  const symbols = await editor.connection.sendRequest(DocumentSymbolRequest.type, {
    textDocument: { uri: editor.uri('users.svc') },
  });
  assert.deepEqual(
    (symbols as DocumentSymbol[]).map(({ name, children = [] }) => [name, children.map((child) => child.name)]),
    [
      ['User', ['id']],
      ['users', ['GetUser', 'FindUser', 'on Renamed']],
    ],
  );
});

test('a request behind an edit is answered from the text after it', async (t) => {
  const { root } = await scratch(t, files);
  const editor = await Editor.start(t, root);
  await editor.open('users.svc', users);
  const textDocument = { uri: editor.uri('users.svc') };
  for (const name of ['One', 'Two', 'Three', 'Four', 'Five']) {
    const text = users.replaceAll('User', name);
    void editor.change('users.svc', text);
    const [symbols, hover] = await Promise.all([
      editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument }),
      editor.connection.sendRequest(
        HoverRequest.type,
        editor.at('users.svc', text, `-> ${name.slice(0, 1)}|${name.slice(1)}`),
      ),
    ]);
    assert.equal((symbols as DocumentSymbol[])[0]?.name, name);
    assert.match(JSON.stringify(hover?.contents), new RegExp(`message ${name} `));
  }
});

test('a cancelled request is answered by the error -32800', async (t) => {
  const { root } = await scratch(t, files);
  const editor = await Editor.start(t, root);
  const text = `${orders}${Array.from({ length: 3000 }, (_, i) => `message M${i} { a: Total = 1 }`).join('\n')}`;
  void editor.open('orders.svc', text);
  const cancel = new CancellationTokenSource();
  const at = editor.at('orders.svc', text, 'calls users.Get|User');
  const answer = editor.connection.sendRequest(HoverRequest.type, at, cancel.token);
  cancel.cancel();
  await assert.rejects(answer, (error) => {
    assert.ok(error instanceof ResponseError);
    assert.equal(error.code, LSPErrorCodes.RequestCancelled);
    assert.equal(error.code, -32800);
    return true;
  });
  assert.ok(await editor.connection.sendRequest(HoverRequest.type, at));
});

test('what a library prints does not disturb the talk', async (t) => {
  const { root } = await scratch(t, files);
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', orders);
  await editor.until('orders.svc', () => true);
  // Langium notes on the console that it knows no language for this file.
  const elsewhere = { ...editor.at('orders.svc', orders, '|package'), context: { includeDeclaration: true } };
  elsewhere.textDocument = { uri: editor.uri('notes.txt') };
  assert.equal(await editor.connection.sendRequest(ReferencesRequest.type, elsewhere), null);
  assert.ok(await editor.connection.sendRequest(HoverRequest.type, editor.at('orders.svc', orders, 'users.Get|User')));
});
