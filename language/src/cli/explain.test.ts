import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scratch } from '../project/scratch-fixture.ts';
import { weir } from './weir-fixture.ts';

const shop = `package shop
policy standard { timeout 800ms  deadline 2s  retry { attempts 3  backoff 25ms..400ms } }
service orders { http 80  uses payments with standard  rpc Place() { calls payments.Charge with { retry none } } }
service carts { http 81  uses orders with standard  rpc Buy() { calls orders.Place * 2 ? } }
service payments { grpc 90  rpc Charge() { route PUT /charge  deadline 1s } }
`;

test('an edge, for people', async (t) => {
  const { root } = await scratch(t, { 'shop.svc': shop });
  const { code, out, err } = await weir(root, 'explain', 'orders.Place', 'payments.Charge');
  assert.deepEqual([code, err], [0, '']);
  assert.equal(
    out,
    `orders.Place → payments.Charge  shop.svc:3:76

Policy of the call
  timeout 800ms  uses, policy standard, shop.svc:2:19
  deadline 2s    uses, policy standard, shop.svc:2:34
  retry none     calls, shop.svc:3:99
    takes away retry { attempts 3  backoff 25ms..400ms  jitter full  on [connect, unavailable] }
      uses, policy standard, shop.svc:2:47

What guards payments.Charge
  deadline 1s  rpc, shop.svc:5:63

Attempts       1
Worst case     800ms
Hard           yes: orders.Place fails when payments.Charge does
Callee         idempotent: it may be repeated
Amplification  6 on the worst path over this edge
  carts.Buy → orders.Place ×6     shop.svc:4:71
  orders.Place → payments.Charge  shop.svc:3:76
Findings       none
`,
  );
});

test('services stand for all that they have; findings at the edge come with it', async (t) => {
  const { root } = await scratch(t, { 'shop.svc': shop });
  const { out } = await weir(root, 'explain', 'carts', 'orders');
  assert.match(out, /^carts\.Buy → orders\.Place \* 2 \? {2}shop\.svc:4:71$/m);
  assert.match(
    out,
    /^Worst case +3 × 800ms \+ 75ms of backoff = 2475ms, cut at the deadline of 2s; 2 such calls: 4s$/m,
  );
  assert.match(out, /^Amplification +6 on the worst path over this edge$/m);
  assert.match(out, /^Hard +no: the item is optional \(`\?`\)$/m);
  assert.match(out, /^ {2}error: retry-non-idempotent {2}shop\.svc:4:71\n {4}`carts\.Buy` may send/m);
});

test('an edge, for programs', async (t) => {
  const { root } = await scratch(t, { 'sub/shop.svc': shop });
  const asked = await weir(root, 'explain', 'carts.Buy', 'orders.Place', '--project', 'sub', '--format', 'json');
  const { version, edges } = JSON.parse(asked.out);
  assert.equal(version, 1);
  const [edge] = edges;
  assert.deepEqual(edge.from, { id: 'shop.carts.Buy', kind: 'operation', label: 'carts.Buy' });
  assert.deepEqual([edge.file, edge.times, edge.optional, edge.hard], ['sub/shop.svc', 2, true, false]);
  const { value, text, layer, policy, file } = edge.policy.find((one: { part: string }) => one.part === 'retry');
  assert.equal(text, 'retry { attempts 3  backoff 25ms..400ms  jitter full  on [connect, unavailable] }');
  assert.deepEqual(Object.keys(value).sort(), ['attempts', 'backoff', 'jitter', 'on']);
  assert.deepEqual([layer, policy, file], ['uses', 'shop.standard', 'sub/shop.svc']);
  assert.deepEqual(edge.worst, { ms: 2000, attempts: 3, timeout: 800, backoff: 75, cutAt: 2000 });
  assert.equal(edge.amplification.product, 6);
  assert.ok(edge.findings.some((one: { rule: string }) => one.rule === 'retry-non-idempotent'));
});

test('of a long path the ends are shown', async (t) => {
  const hops = [...Array(30).keys()];
  const services = hops.map(
    (i) => `service s${i} { grpc 1  uses s${i + 1} with { retry { attempts 2 } }  rpc A() { calls s${i + 1}.A } }`,
  );
  const { root } = await scratch(t, { 'a.svc': `${services.join('\n')}\nservice s30 { grpc 1  rpc A() }` });
  const { out } = await weir(root, 'explain', 's15', 's16');
  assert.match(out, /^Amplification +1073741824 on the worst path over this edge$/m);
  assert.match(out, /s9\.A → s10\.A ×2 .*\n {2}… 10 more …\n {2}s20\.A → s21\.A ×2/);
});

test('where nothing bounds a call, its worst case is unknown', async (t) => {
  const { root } = await scratch(t, {
    'a.svc': 'service a { uses b  rpc X() { calls b.Y } }  service b { grpc 90  rpc Y() }',
  });
  const { out } = await weir(root, 'explain', 'a', 'b');
  assert.match(out, /^Policy of the call\n {2}nothing$/m);
  assert.match(out, /^Worst case +unknown: there is neither a `timeout` nor a `deadline`$/m);
  assert.equal(JSON.parse((await weir(root, 'explain', 'a', 'b', '--format', 'json')).out).edges[0].worst.ms, null);
});

test('names that mean nothing, and edges that are not there', async (t) => {
  const { root } = await scratch(t, { 'shop.svc': shop });
  for (const [args, expected] of [
    [['order.Place', 'payments'], /there is no service, .* `order\.Place`\n {2}help: Did you mean `orders\.Place`\?/],
    [
      ['carts.Buy', 'payments.Charge'],
      /`carts\.Buy` does not call `payments\.Charge`\n {2}help: It calls `orders\.Place`\./,
    ],
    [['orders.Place'], /there is no rule `orders\.Place`\n {2}help: An edge has two ends/],
    [['orders', 'payments', '--project', 'nowhere'], /nowhere: error: cannot open it/],
  ] as const) {
    const { code, err, out } = await weir(root, 'explain', ...args);
    assert.deepEqual([code, out], [2, ''], args.join(' '));
    assert.match(err, expected);
  }
});

test('the page of a rule, and what weir.json makes of it', async (t) => {
  const { root } = await scratch(t, {
    'none/a.svc': '',
    'set/weir.json': '{ "rules": { "missing-timeout": "error" } }',
    'broken/weir.json': '{',
  });
  const plain = await weir(root, 'explain', 'missing-timeout', '--project', 'none');
  assert.equal(plain.code, 0);
  assert.match(plain.out, /^# missing-timeout/);
  assert.doesNotMatch(plain.out, /In this project/);
  const { out } = await weir(root, 'explain', 'missing-timeout', '--project', 'set');
  assert.ok(out.startsWith(plain.out));
  assert.match(out, /## In this project\n\nerror; by default warning \(set\/weir\.json\)\n$/);
  const usual = await weir(root, 'explain', 'call-cycle', '--project', 'set');
  assert.match(usual.out, /\nerror, as by default \(set\/weir\.json\)\n$/);
  const broken = await weir(root, 'explain', 'missing-timeout', '--project', 'broken');
  assert.deepEqual([broken.code, broken.out], [2, plain.out]);
});

test('rules for programs: one with its page, or all', async (t) => {
  const { root } = await scratch(t, { 'weir.json': '{ "rules": { "missing-timeout": "off" } }' });
  const one = JSON.parse((await weir(root, 'explain', 'missing-timeout', '--format', 'json')).out);
  const { name, severity, default: usual, page } = one.rule;
  assert.deepEqual([one.version, name, severity, usual], [1, 'missing-timeout', 'off', 'warning']);
  assert.match(page, /^# missing-timeout/);
  const all = JSON.parse((await weir(root, 'explain', '--format', 'json')).out);
  assert.ok(all.rules.includes('call-cycle'));
});
