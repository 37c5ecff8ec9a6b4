import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ImplementationRequest, type LocationLink } from 'vscode-languageserver-protocol/node';
import { scratch } from '../../project/scratch-fixture.ts';
import { Editor } from '../client-fixture.ts';
import type { RpcOf } from './rpc-of.ts';

const text = `package shop
service order-history {
  grpc 9090
  rpc GetOrder(id: uuid = 1) { reads }
  on Paid {}
}
event Paid on bus { id: uuid = 1 }
resource bus nats
`;
const handlers = 'packages/order-history/src/handlers';

async function project(t: TestContext): Promise<Editor> {
  const { root, path } = await scratch(t, { 'weir.json': '{ "services": "packages" }', 'svc/shop.svc': text });
  const files = {
    'getOrder.ts': 'export const getOrder: GetOrder = async () => {};\n',
    'index.ts': 'export const handlers = {};\n',
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(path(`${handlers}/${name}`)), { recursive: true });
    await writeFile(path(`${handlers}/${name}`), content);
  }
  return Editor.start(t, root);
}

const rpcOf = (editor: Editor, path: string): Promise<RpcOf | null> =>
  editor.connection.sendRequest('weir/rpcOf', { textDocument: { uri: editor.uri(path) } });

/** What stands where an answer leads to. */
function shown(editor: Editor, found: RpcOf | null): readonly [name: string, text: string] {
  assert.ok(found);
  assert.equal(found.location.uri, editor.uri('svc/shop.svc'));
  const { start, end } = found.location.range;
  return [found.name, text.split('\n')[start.line]?.slice(start.character, end.character) ?? ''];
}

test('from a handler to what it handles, and back, whether or not the description is open', async (t) => {
  const editor = await project(t);
  for (const open of [false, true]) {
    if (open) {
      await editor.open('svc/shop.svc', text);
      await editor.until('svc/shop.svc', () => true);
    }
    const found = await rpcOf(editor, `${handlers}/getOrder.ts`);
    assert.deepEqual(shown(editor, found), ['order-history.GetOrder', 'GetOrder']);
    assert.deepEqual(shown(editor, await rpcOf(editor, `${handlers}/onPaid.ts`)), ['order-history.OnPaid', 'Paid']);
    assert.deepEqual(shown(editor, await rpcOf(editor, `${handlers}/index.ts`)), ['order-history', 'order-history']);
  }
  const at = editor.at('svc/shop.svc', text, 'rpc Get|Order');
  const [link] = (await editor.connection.sendRequest(ImplementationRequest.type, at)) as LocationLink[];
  assert.equal(link?.targetUri, editor.uri(`${handlers}/getOrder.ts`));
});

test('other files are handlers of nothing', async (t) => {
  const editor = await project(t);
  const others = [`${handlers}/other.ts`, 'packages/order-history/src/main.ts', 'svc/shop.svc', 'a.ts', '../b.ts'];
  for (const path of others) assert.equal(await rpcOf(editor, path), null, path);
  assert.equal(await editor.connection.sendRequest('weir/rpcOf', { textDocument: { uri: 'untitled:a.ts' } }), null);
});
