import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type CompletionItem, CompletionRequest, CompletionTriggerKind } from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { scratch } from '../../project/scratch-fixture.ts';
import { Editor } from '../client-fixture.ts';
import { errors, example, surroundings } from '../example-fixture.ts';

type Complete = (text: string, offset: number) => Promise<readonly CompletionItem[]>;

async function completion(t: TestContext, text: string): Promise<{ complete: Complete; editor: Editor }> {
  const { root } = await scratch(t, { ...surroundings, 'orders.svc': text });
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', text);
  const complete: Complete = async (written, offset) => {
    const position = TextDocument.create('a:a', 'weir', 0, written).positionAt(offset);
    const textDocument = { uri: editor.uri('orders.svc') };
    const found = await editor.connection.sendRequest(CompletionRequest.type, { textDocument, position });
    return Array.isArray(found) ? found : (found?.items ?? []);
  };
  return { complete, editor };
}

function applied(text: string, { textEdit, additionalTextEdits = [] }: CompletionItem): string {
  assert.ok(textEdit && 'range' in textEdit);
  return TextDocument.applyEdits(TextDocument.create('a:a', 'weir', 0, text), [textEdit, ...additionalTextEdits]);
}

test('at every offset of the example it answers, and no item brings an error of syntax, of a name or of a unit', async (t) => {
  assert.deepEqual(await errors(example), []);
  const { complete } = await completion(t, example);
  let applications = 0;
  const slow: number[] = [];
  for (let offset = 0; offset <= example.length; offset++) {
    const before = performance.now();
    const items = await complete(example, offset);
    slow.push(performance.now() - before);
    for (const { label, documentation } of items) {
      if (documentation === undefined)
        console.log(`nothing is said of ${label} at ${offset}`, example.slice(offset - 30, offset));
    }
    // Each item somewhere: at some offsets all of them would take minutes.
    for (const [index, item] of items.entries()) {
      if ((offset + index) % 13 !== 0) continue;
      applications++;
      const text = applied(example, item);
      const around = JSON.stringify(text.slice(Math.max(0, offset - 60), offset + 50));
      assert.deepEqual(await errors(text), [], `${item.label} at ${offset}: ${around}`);
    }
  }
  assert.ok(applications > 500, String(applications));
  slow.sort((a, b) => a - b);
  const p95 = slow[Math.floor(slow.length * 0.95)] ?? 0;
  assert.ok(p95 < 250, `${p95} ms`);
  t.diagnostic(`${applications} items applied, p95 ${p95.toFixed(1)} ms`);
});

/** The text with a mark at the cursor, without it, completed there. */
async function labels(t: TestContext, ...marked: readonly string[]): Promise<string[][]> {
  const { complete, editor } = await completion(t, example);
  const found: string[][] = [];
  for (const text of marked) {
    const offset = text.indexOf('|');
    const written = text.replace('|', '');
    await editor.change('orders.svc', written);
    found.push((await complete(written, offset)).map(({ label }) => label));
  }
  return found;
}

const orders = (member: string): string => `package shop.orders
import shop.users
service orders {
  http 80
  uses users
  ${member}
}
service stock { grpc 1  rpc Reserve(sku: string = 1) }
`;

test('a number is given the units that fit, and where there is none yet usual values', async (t) => {
  const [timeout, empty, rate, memory] = await labels(
    t,
    'policy p { timeout 800| }',
    'policy p { timeout | }',
    'policy p { limit { rate 100| } }',
    'service a { deploy { resources { memory 256| } } }',
  );
  assert.deepEqual(timeout, ['800ms', '800s', '800min', '800h', '800d', '800us']);
  assert.deepEqual(empty, ['none', '500ms', '1s', '2s']);
  assert.deepEqual(rate, ['100/s', '100/min', '100/h']);
  assert.deepEqual(memory?.slice(0, 2), ['256Mi', '256Gi']);
});

test('fields get the next free number, within a `oneof`, among parameters and in enums as well', async (t) => {
  const found = await labels(
    t,
    'message M { a: string = 1  b: string | }',
    'message M { a: string = 4  reserved 5..7  b: string = | }',
    'message M { a: string = 2  oneof o { b: string = 3, c: string | } }',
    'service a { rpc X(a: string = 1, b: string |) }',
    'enum E { a = 0, b | }',
  );
  const next = found.map((all) => all.filter((label) => /\d/.test(label)));
  assert.deepEqual(next, [['= 2'], ['8'], ['= 4'], ['= 2'], ['= 1']]);
});

test('calls name operations of dependencies only; errors, events, policies, probes and settings know their places', async (t) => {
  const [calls, half, errorNames, events, needs, jitter, discovery, rollouts, keys, ruleNames] = await labels(
    t,
    orders('rpc Place() { calls | }'),
    orders('rpc Place() { calls \n|'),
    orders('rpc Place() throws | {}').concat('error Gone 410 message No { a: string = 1 }'),
    orders('rpc Place() { publishes | }').concat('event Placed { a: string = 1 }'),
    orders('health { ready /r { needs | } }').concat('resource db postgres'),
    'policy p { retry { jitter | } }',
    'system s { discovery | }',
    'system s { rollouts | }',
    'system s { mesh istio  environment dev { | } }',
    '@allow(|)\npolicy p { timeout 1s }',
  );
  assert.deepEqual(calls, ['users.GetUser']);
  assert.deepEqual(half, ['users.GetUser']);
  assert.deepEqual(errorNames, ['Gone']);
  assert.ok(events?.includes('Placed') && !events.includes('Gone'), events?.join(' '));
  assert.deepEqual(needs, ['users']);
  assert.deepEqual(jitter, ['full', 'equal', 'none']);
  assert.ok(discovery?.includes('consul'));
  assert.deepEqual(rollouts, ['flagger', 'argo']);
  for (const key of ['autoscaler', 'certificates', 'gateways', 'gateway-class', 'issuer'])
    assert.ok(keys?.includes(key));
  assert.ok(ruleNames?.includes('call-cycle') && ruleNames.includes('no-cpu-limit'));
});

test('what is broken elsewhere in a declaration does not bring what would be an error here', async (t) => {
  const broken = (member: string): string => orders(`${member}\n  rpc Other( { }`);
  const [attempts, calls, member] = await labels(
    t,
    broken('on Placed { attem|pts 5 }').concat('event Placed { a: string = 1 }'),
    broken('rpc Place() { calls | }'),
    broken('|'),
  );
  assert.deepEqual(attempts, [], 'its number stands there already');
  assert.deepEqual(calls, ['users.GetUser']);
  assert.ok(member?.includes('grpc') && member.includes('rpc') && !member.includes('service'), member?.join(' '));
});

test('in a path the parameters that it can carry and does not yet, whether the brace is closed or not', async (t) => {
  const of = (path: string, before = ''): string =>
    `enum E { a = 0 } message M { x: string = 1 }
service s { http 80
  rpc Get(id: uuid = 1, kind: E = 2, at: int32? = 3, all: string[] = 4, m: M = 5) -> M { ${before}route GET ${path}
    reads }
}`;
  const found = await labels(
    t,
    of('/v1/{|}'),
    of('/v1/{|'),
    of('/v1/{k|}/x'),
    of('/v1/{id}/{|}'),
    of('/v1/{|}/{kind}'),
    of('/v1/{i|d}', 'calls a.B '),
    of('/v1|/{id}'),
    `// route GET /{|}`,
    'message In { a: string = 1 } service s { http 80 rpc Get(In) { route GET /{|} } }',
  );
  assert.deepEqual(found.slice(0, 7), [['id', 'kind'], ['id', 'kind'], ['kind'], ['kind'], ['id'], ['id'], []]);
  assert.deepEqual(found.slice(7), [[], ['a']]);
  const { complete, editor } = await completion(t, example);
  for (const [written, then] of [
    ['/v1/{|}/x', '/v1/{id}/x'],
    ['/v1/{|', '/v1/{id}'],
    ['/v1/{kin|d*}', '/v1/{kind*}'],
  ] as const) {
    const text = of(written);
    const plain = text.replace('|', '');
    await editor.change('orders.svc', plain);
    const [first] = await complete(plain, text.indexOf('|'));
    assert.equal(applied(plain, first ?? assert.fail(written)), of(then));
  }
});

test('a brace brings names in imports and paths, and nothing where a block begins', async (t) => {
  const { editor } = await completion(t, example);
  const behind = async (text: string): Promise<string[]> => {
    const offset = text.indexOf('|');
    const written = text.replace('|', '');
    await editor.change('orders.svc', written);
    const position = TextDocument.create('a:a', 'weir', 0, written).positionAt(offset);
    const textDocument = { uri: editor.uri('orders.svc') };
    const context = { triggerKind: CompletionTriggerKind.TriggerCharacter, triggerCharacter: '{' };
    const found = await editor.connection.sendRequest(CompletionRequest.type, { textDocument, position, context });
    return ((Array.isArray(found) ? found : found?.items) ?? []).map(({ label }) => label);
  };
  assert.deepEqual(await behind('package shop.orders\nimport shop.common.{|}\n'), ['Money', 'UserId']);
  assert.deepEqual(await behind('service s { rpc Get(id: uuid = 1) { route GET /{|} } }'), ['id']);
  assert.deepEqual(await behind('service s {|}'), []);
});

test('what stands already is not proposed again, and nothing is within comments, strings and new names', async (t) => {
  const [members, uses, comment, text, name] = await labels(
    t,
    orders('|'),
    orders('uses |'),
    orders('// a|'),
    orders('owner "a|"'),
    `${orders('')}message |`,
  );
  assert.ok(members?.includes('rpc') && members.includes('grpc'));
  assert.ok(!members?.includes('http'));
  assert.ok(uses?.includes('stock') && !uses.includes('users') && !uses.includes('orders'), uses?.join(' '));
  assert.deepEqual([comment, text, name], [[], [], []]);
});

test('keywords are snippets where the editor takes them, and each has its documentation', async (t) => {
  const { editor, complete } = await completion(t, example);
  const text = 'policy p { | }';
  await editor.change('orders.svc', text.replace('|', ''));
  const items = await complete(text.replace('|', ''), text.indexOf('|'));
  const timeout = items.find(({ label }) => label === 'timeout');
  assert.equal(timeout?.textEdit?.newText, 'timeout 500ms');
  assert.deepEqual(timeout?.documentation, { kind: 'markdown', value: 'How long one attempt may take.' });
  for (const { label, documentation } of items) assert.ok(documentation !== undefined, label);
});

test('of more names than are proposed those of the file itself are among them', async (t) => {
  const text = 'package shop\nmessage Zebra { other: string = 1 }\nmessage Stable { zebra: Zebra = 1 }\n';
  const many = Array.from({ length: 500 }, (_, n) => `message Animal${n} { name: string = 1 }\n`).join('');
  const { root } = await scratch(t, { 'animals.svc': `package shop\n${many}`, 'zebra.svc': text });
  const editor = await Editor.start(t, root);
  await editor.open('zebra.svc', text);
  const at = editor.at('zebra.svc', text, 'zebra: |Zebra');
  const found = await editor.connection.sendRequest(CompletionRequest.type, at);
  const proposed = (Array.isArray(found) ? found : (found?.items ?? [])).map(({ label }) => label);
  assert.ok(proposed.includes('Zebra') && proposed.includes('Animal0'), proposed.join(' '));
  assert.ok(!proposed.includes('Animal499'));
});
