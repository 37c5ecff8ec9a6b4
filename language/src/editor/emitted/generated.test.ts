import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type CodeAction, CodeActionRequest, CodeActionTriggerKind } from 'vscode-languageserver-protocol/node';
import { mutate, seeded } from '../../../../test/mutate.ts';
import { scratch } from '../../project/scratch-fixture.ts';
import { Editor } from '../client-fixture.ts';
import { example, surroundings } from '../example-fixture.ts';
import type { GeneratedChange, GeneratedResult, GeneratedTargets } from './generated.ts';

const shop = fileURLToPath(new URL('../../../../examples/shop', import.meta.url));
const bin = fileURLToPath(new URL('../../../bin/weir.js', import.meta.url));

const text = `package shop
message Money { units: int64 = 1 }
/// What a customer bought.
message Order { id: uuid = 1  unitPrice: Money = 2 }
enum OrderStatus { unknown = 0, placed = 1 }
policy calm { timeout 1s }
service order-history {
  grpc 9090
  http 8080
  rpc GetOrder(id: uuid = 1) -> Order { reads  route GET /orders/{id} }
}
`;

async function opened(t: TestContext) {
  const { root } = await scratch(t, { 'weir.json': '{}', 'shop.svc': text });
  const editor = await Editor.start(t, root);
  await editor.open('shop.svc', text);
  const told: GeneratedChange[] = [];
  let wake = (): void => {};
  editor.connection.onNotification('weir/generatedChanged', (change: GeneratedChange) => {
    told.push(change);
    wake();
  });
  const textDocument = { uri: editor.uri('shop.svc') };
  const ask = (target: string, params: object): Promise<GeneratedResult | null> =>
    editor.connection.sendRequest('weir/generated', { textDocument, target, ...params });
  const at = (marked: string, target: string): Promise<GeneratedResult | null> =>
    ask(target, { position: editor.at('shop.svc', text, marked).position });
  const targets = (marked: string): Promise<GeneratedTargets | null> =>
    editor.connection.sendRequest('weir/generatedTargets', editor.at('shop.svc', text, marked));
  /** Changes the text and waits until another text is announced. */
  const edit = async (next: string): Promise<void> => {
    const heard = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await editor.change('shop.svc', next);
    await heard;
  };
  return { editor, ask, at, edit, told, targets };
}

/** What is revealed, and the line that it stands on. */
function revealed(result: GeneratedResult | null): [string, string] {
  const { start, end } = result?.range ?? assert.fail('nothing is revealed');
  const line = result?.text?.split('\n')[start.line] ?? '';
  return [line.slice(start.character, end.character), line.trim()];
}

test('of what is under the cursor: the file that comes from it, and its place there', async (t) => {
  const { at } = await opened(t);
  const proto = await at('message Or|der', 'proto');
  assert.equal(proto?.path, 'generated/proto/shop.proto');
  assert.equal(proto?.languageId, 'proto');
  assert.equal(proto?.name, 'Order');
  assert.deepEqual(revealed(proto), ['Order', 'message Order {']);
  assert.deepEqual(revealed(await at('unit|Price', 'proto')), ['unit_price', 'Money unit_price = 2;']);
  assert.deepEqual(revealed(await at('placed| = 1', 'proto')), ['ORDER_STATUS_PLACED', 'ORDER_STATUS_PLACED = 1;']);
  assert.deepEqual(revealed(await at('service order-|history', 'proto')), [
    'OrderHistoryService',
    'service OrderHistoryService {',
  ]);

  const type = await at('-> Or|der', 'typescript');
  assert.match(type?.path ?? '', /order-history\/src\/generated\/types\/shop\.ts$/);
  assert.equal(type?.languageId, 'typescript');
  assert.deepEqual(revealed(type), ['Order', 'export interface Order {']);
  const rpc = await at('rpc Get|Order', 'typescript');
  assert.match(rpc?.path ?? '', /generated\/handlers\.ts$/);
  assert.equal(revealed(rpc)[0], 'GetOrder');
  assert.ok(rpc?.paths.includes('services/order-history/src/handlers/getOrder.ts'), rpc?.paths.join(' '));

  const objects = await at('grpc 90|90', 'kubernetes');
  assert.equal(objects?.path, 'generated/kubernetes/base/order-history.yaml');
  assert.deepEqual([objects?.languageId, objects?.name, objects?.stale], ['yaml', 'order-history', false]);
  assert.equal(await at('message Or|der', 'kubernetes'), null);
  assert.equal(await at('message Or|der', 'cobol'), null);
  assert.equal(await at('message Or|der', 'topology'), null, 'the picture has its own preview');
});

test('it is as a build writes it', async (t) => {
  const { root, path: pathOf } = await scratch(t);
  for (const part of ['svc', 'weir.json']) await cp(`${shop}/${part}`, pathOf(part), { recursive: true });
  const source = readFileSync(pathOf('svc/ordering.svc'), 'utf8');
  const editor = await Editor.start(t, root);
  await editor.open('svc/ordering.svc', source);
  const at = editor.at('svc/ordering.svc', source, 'service or|ders');
  const asked = await Promise.all(
    ['typescript', 'proto', 'kubernetes'].map(async (target): Promise<GeneratedResult[]> => {
      const first: GeneratedResult = await editor.connection.sendRequest('weir/generated', { ...at, target });
      const { textDocument } = at;
      const all = first.paths.map((path) =>
        editor.connection.sendRequest('weir/generated', { textDocument, target, path }),
      );
      return Promise.all(all) as Promise<GeneratedResult[]>;
    }),
  );
  await promisify(execFile)(process.execPath, [bin, 'build'], { cwd: root });
  const files = asked.flat();
  assert.ok(files.length > 10, String(files.length));
  for (const { path, text } of files) assert.equal(text, readFileSync(pathOf(path), 'utf8'), path);
});

test('it follows the text: one is told once, and who shows the present text gets no other', async (t) => {
  const { ask, at, edit, told } = await opened(t);
  const first = await at('message Or|der', 'proto');
  const path = first?.path;
  const same = await ask('proto', { path, shown: first?.key });
  assert.deepEqual([same?.key, same?.text, same?.range, same?.stale], [first?.key, undefined, undefined, false]);
  await edit(text.replace('unitPrice: Money = 2', 'unitPrice: Money = 2  note: string = 3'));
  assert.deepEqual(
    told.map(({ target, path: changed }) => [target, changed]),
    [['proto', path]],
  );
  const next = await ask('proto', { path, shown: first?.key });
  assert.match(next?.text ?? '', /string note = 3;/);
  await edit(text);
  assert.equal((await ask('proto', { path }))?.text, first?.text);
});

test('while the text is broken it stays as it was, and says so', async (t) => {
  const { ask, at, edit } = await opened(t);
  const first = await at('message Or|der', 'proto');
  const path = first?.path;
  for (const broken of [text.replace('message Order {', 'message Order'), text.replace('Money = 2', 'Mone = 2')]) {
    await edit(broken);
    const stale = await ask('proto', { path, shown: first?.key });
    assert.deepEqual([stale?.key, stale?.stale], [first?.key, true]);
    await edit(text);
    assert.equal((await ask('proto', { path }))?.stale, false);
  }
  await edit(text.replace('package shop', 'package other'));
  assert.equal(await ask('proto', { path }), null, 'there is no such file any more');
});

test('whatever the text has come to, all targets answer', async (t) => {
  const { root } = await scratch(t, { ...surroundings, 'orders.svc': example });
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', example);
  const textDocument = { uri: editor.uri('orders.svc') };
  let answered = 0;
  for (let seed = 0; seed < 15; seed++) {
    const random = seeded(seed);
    const broken = mutate(example, random);
    await editor.change('orders.svc', broken);
    for (const target of ['typescript', 'proto', 'kubernetes', 'openapi', 'asyncapi']) {
      const position = { line: Math.floor(random() * broken.split('\n').length), character: 4 };
      const found = await editor.connection.sendRequest('weir/generated', { textDocument, target, position });
      if (found) answered++;
    }
  }
  assert.ok(answered > 15, String(answered));
});

test('who asks for actions is offered the targets that make something of the thing', async (t) => {
  const { editor, targets } = await opened(t);
  assert.deepEqual((await targets('message Or|der'))?.targets.slice(0, 2), [
    { target: 'typescript', title: 'TypeScript' },
    { target: 'proto', title: 'proto' },
  ]);
  assert.equal(await targets('policy ca|lm'), null);
  const { textDocument, position } = editor.at('shop.svc', text, 'service order-|history');
  const actions = (triggerKind: CodeActionTriggerKind): Promise<readonly unknown[] | null> =>
    editor.connection.sendRequest(CodeActionRequest.type, {
      textDocument,
      range: { start: position, end: position },
      context: { diagnostics: [], triggerKind },
    });
  const invoked = ((await actions(CodeActionTriggerKind.Invoked)) ?? []) as CodeAction[];
  const shown = invoked.filter(({ kind }) => kind === 'weir.generated');
  const titles = shown.map(({ title }) => title);
  for (const name of ['TypeScript', 'proto', 'Kubernetes']) assert.ok(titles.includes(`Show generated ${name}`), name);
  assert.deepEqual(shown[0]?.command, {
    title: 'Show generated TypeScript',
    command: 'weir.showGenerated',
    arguments: [textDocument.uri, position, 'typescript'],
  });
  const automatic = ((await actions(CodeActionTriggerKind.Automatic)) ?? []) as CodeAction[];
  assert.ok(automatic.every(({ kind }) => kind !== 'weir.generated'));
});
