import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  DefinitionRequest,
  DocumentLinkRequest,
  DocumentOnTypeFormattingRequest,
  FoldingRangeRequest,
  ImplementationRequest,
  type LocationLink,
  type SelectionRange,
  SelectionRangeRequest,
  type SemanticTokens,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
  SignatureHelpRequest,
  TypeDefinitionRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver-protocol/node';
import { scratch } from '../../project/scratch-fixture.ts';
import { Editor } from '../client-fixture.ts';

const users = `package shop.users
message User { id: uuid = 1 }
service users { http 80
  /// Finds a user.
  @deprecated("use FindUser")
  rpc GetUser(id: uuid = 1, tags: map<string, int32> = 2, mail: string = 3) -> User { route GET /users }
}
auth customer jwt { issuer "https://id.shop.example" }
`;
const orders = `package shop.orders
import shop.users
message Order { user: User = 1 timeout: int32 = 2 }
service orders {
  http 80
  uses users with { timeout 1s }
  rpc PlaceOrder(order: Order = 1) { calls shop.users.users.GetUser }
  on Paid { dead-letter }
}
event Paid { id: uuid = 1 }
`;
const handler = `import type * as Orders from '../generated/orders.ts';

export const placeOrder: Orders.PlaceOrder = async () => undefined;
`;
const files = {
  'users.svc': users,
  'orders.svc': orders,
  'weir.json': '{}',
  'services/orders/src/handlers/placeOrder.ts': handler,
};

async function open(t: TestContext): Promise<Editor> {
  const { root } = await scratch(t, files);
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', orders);
  await editor.open('users.svc', users);
  return editor;
}

const first = (links: unknown): LocationLink => (links as LocationLink[])[0] ?? assert.fail('nothing was found');

test('from an operation, or a call of it, to its handler; from a field to its type, from a call to what it gives', async (t) => {
  const editor = await open(t);
  const { connection } = editor;
  const link = first(
    await connection.sendRequest(ImplementationRequest.type, editor.at('orders.svc', orders, 'rpc Place|Order')),
  );
  assert.equal(link.targetUri, editor.uri('services/orders/src/handlers/placeOrder.ts'));
  assert.deepEqual(link.targetSelectionRange, { start: { line: 2, character: 13 }, end: { line: 2, character: 23 } });
  assert.equal(
    await connection.sendRequest(ImplementationRequest.type, editor.at('users.svc', users, 'rpc Get|User')),
    null,
  );
  const type = first(
    await connection.sendRequest(TypeDefinitionRequest.type, editor.at('orders.svc', orders, '{ us|er: User')),
  );
  assert.deepEqual([type.targetUri, type.targetSelectionRange.start.line], [editor.uri('users.svc'), 1]);
  const given = first(
    await connection.sendRequest(TypeDefinitionRequest.type, editor.at('orders.svc', orders, 'users.Get|User }')),
  );
  assert.equal(given.targetSelectionRange.start.line, 1);
  const definition = first(
    await connection.sendRequest(DefinitionRequest.type, editor.at('orders.svc', orders, 'users.Get|User }')),
  );
  assert.equal(definition.targetSelectionRange.start.line, 5);
});

test('links: imports to the files of their packages, addresses to where they lead', async (t) => {
  const editor = await open(t);
  const linksOf = async (path: string) =>
    (await editor.connection.sendRequest(DocumentLinkRequest.type, { textDocument: { uri: editor.uri(path) } })) ?? [];
  assert.deepEqual(
    (await linksOf('orders.svc')).map(({ target, range }) => [target, range.start.line, range.start.character]),
    [[editor.uri('users.svc'), 1, 7]],
  );
  assert.deepEqual(
    (await linksOf('users.svc')).map(({ target }) => target),
    ['https://id.shop.example'],
  );
});

test('symbols of the workspace are found by their last words', async (t) => {
  const editor = await open(t);
  const find = async (query: string) =>
    ((await editor.connection.sendRequest(WorkspaceSymbolRequest.type, { query })) ?? []).map(
      ({ name, containerName }) => [name, containerName],
    );
  assert.deepEqual(await find('GetUser'), [['GetUser', 'shop.users.users']]);
  assert.deepEqual(await find('orders.Place'), [['PlaceOrder', 'shop.orders.orders']]);
  assert.deepEqual(await find('Order'), [
    ['Order', 'shop.orders'],
    ['orders', 'shop.orders'],
    ['PlaceOrder', 'shop.orders.orders'],
  ]);
});

test('selections grow from the word to the file, blocks fold, and a closed block is formatted', async (t) => {
  const editor = await open(t);
  const { textDocument, position } = editor.at('orders.svc', orders, 'calls shop.users.users.Get|User');
  const [selection] =
    (await editor.connection.sendRequest(SelectionRangeRequest.type, { textDocument, positions: [position] })) ?? [];
  const lines = orders.split('\n');
  const texts: string[] = [];
  for (let at: SelectionRange | undefined = selection; at; at = at.parent) {
    const { start, end } = at.range;
    texts.push(
      start.line === end.line
        ? (lines[start.line] ?? '').slice(start.character, end.character)
        : `${start.line}..${end.line}`,
    );
  }
  assert.deepEqual(texts.slice(0, 3), ['GetUser', 'shop.users.users.GetUser', 'calls shop.users.users.GetUser']);
  assert.deepEqual(texts.slice(-3), ['3..8', '0..9', '0..10']);
  const folds = await editor.connection.sendRequest(FoldingRangeRequest.type, { textDocument });
  assert.ok(folds?.some(({ startLine }) => startLine === 3));

  const ugly = orders
    .replace('{ user: User = 1', '{   user:User=1')
    .replace('event Paid { id: uuid', 'event   Paid { id:uuid');
  await editor.change('orders.svc', ugly);
  const edits = await editor.connection.sendRequest(DocumentOnTypeFormattingRequest.type, {
    ...editor.at('orders.svc', ugly, 'timeout: int32 = 2 }|'),
    ch: '}',
    options: { tabSize: 2, insertSpaces: true },
  });
  assert.ok(edits && edits.length > 0);
  assert.ok(edits.every(({ range }) => range.start.line === 2));
});

test('names are coloured by what they mean, whatever keyword they are', async (t) => {
  const editor = await open(t);
  const textDocument = { uri: editor.uri('orders.svc') };
  const legend = editor.result.capabilities.semanticTokensProvider?.legend;
  const coloured = ({ data }: SemanticTokens): string[] => {
    let line = 0;
    let character = 0;
    const found: string[] = [];
    for (let index = 0; index < data.length; index += 5) {
      const [down = 0, right = 0, length = 0, type = 0, bits = 0] = data.slice(index, index + 5);
      character = down > 0 ? right : character + right;
      line += down;
      const modifiers = legend?.tokenModifiers.filter((_, bit) => bits & (1 << bit)) ?? [];
      const text = orders.split('\n')[line]?.slice(character, character + length);
      found.push([text, legend?.tokenTypes[type], ...modifiers].join(' '));
    }
    return found;
  };
  const all = await editor.connection.sendRequest(SemanticTokensRequest.type, { textDocument });
  const tokens = coloured(all ?? assert.fail());
  for (const expected of [
    'shop namespace',
    'Order struct declaration',
    'timeout property declaration',
    'users class',
    'PlaceOrder method declaration',
    'order parameter declaration',
    'GetUser method deprecated',
    'Paid event',
  ]) {
    assert.ok(tokens.includes(expected), `${expected} in ${tokens.join(', ')}`);
  }
  const range = { start: { line: 9, character: 0 }, end: { line: 10, character: 0 } };
  const some = await editor.connection.sendRequest(SemanticTokensRangeRequest.type, { textDocument, range });
  assert.deepEqual(coloured(some ?? assert.fail()), ['Paid event declaration', 'id property declaration']);
});

test('signatures: of what is called, and which parameter is being written', async (t) => {
  const editor = await open(t);
  const help = await editor.connection.sendRequest(
    SignatureHelpRequest.type,
    editor.at('orders.svc', orders, 'calls shop.users.users.Get|User'),
  );
  const [signature] = help?.signatures ?? [];
  assert.equal(signature?.label, 'rpc GetUser(id: uuid = 1, tags: map<string, int32> = 2, mail: string = 3) -> User');
  const parameters = signature?.parameters?.map(({ label }) => signature.label.slice(...(label as [number, number])));
  assert.deepEqual(parameters, ['id: uuid = 1', 'tags: map<string, int32> = 2', 'mail: string = 3']);
  const own = await editor.connection.sendRequest(
    SignatureHelpRequest.type,
    editor.at('users.svc', users, 'mail: str|ing'),
  );
  assert.equal(own?.activeParameter, 2);
});
