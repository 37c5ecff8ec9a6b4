import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, startChild, succeed } from '../child.ts';
import { missing } from '../installed.ts';
import { repository } from '../repository.ts';

const start = join(repository, 'examples/shop/start.ts');
// Colours are for terminals; a level of the log that somebody has set is not for here.
const env = { NO_COLOR: '1', FORCE_COLOR: undefined, WEIR_LOG_LEVEL: undefined };

/** Each call that an order makes, in whichever order they are shown. */
const hops = [
  ['public', 'orders', 'POST /v1/orders'],
  ['orders', 'users', 'GetUser'],
  ['orders', 'pricing', 'Quote'],
  ['pricing', 'catalog', 'GetProducts'],
  ['orders', 'inventory', 'Reserve'],
  ['orders', 'payments', 'Charge'],
  ['payments', 'acquirer', 'CreateCharge'],
  ['notifications', 'users', 'GetUser'],
];

test('npm start -- --once follows an order to the door, shows each hop, and ends', { timeout: 180_000 }, async () => {
  const { code, out, err } = await run(process.execPath, [start, '--once'], { env });
  assert.equal(code, 0, out + err);
  assert.doesNotMatch(out + err, /"level"|error|warn/i);
  assert.match(out, /The shop is open: 10 services in one process/);
  assert.match(out, /One order, 59\.02 EUR, placed in \d+ ms; then it was\n(.*\n)* {2}shipped .*parcel \S+\n/);
  for (const [from, to, operation] of hops) {
    const hop = new RegExp(`^ .*${from} → ${to}[. ]+${operation} .* \\d+\\.\\d ms {2}ok$`, 'm');
    assert.match(out, hop);
  }
});

test('npm start goes on serving what it invites to try, and drains on Ctrl-C', {
  timeout: 180_000,
  skip: missing('curl'),
}, async (t) => {
  const shop = startChild(t, process.execPath, [start], { env });
  await shop.until(/Ctrl-C/);
  await shop.until(/\/metrics\n/);
  const commands = shop.output().match(/^ {2}(TOKEN=|curl ).*$/gm) ?? [];
  assert.ok(commands.length >= 8, shop.output());
  const script = ['set -e', 'curl() { command curl --silent --show-error --fail "$@"; echo; }', ...commands].join('\n');
  const answers = await succeed('bash', ['-c', script]);
  for (const seen of [
    '"sku":"MUG-001"',
    'Ada Lovelace',
    '"status":"shipped"',
    '"quantity":2',
    '"sku":"BAG-001"',
    'ready',
  ]) {
    assert.ok(answers.includes(seen), `${seen} in ${answers}`);
  }
  assert.match(answers, /^weir_requests_total\{.*operation="PlaceOrder".*code="ok".*\} 1$/m);

  const url = /https?:\/\/[^/]+/.exec(commands[1] ?? '')?.[0] ?? '';
  assert.equal((await fetch(`${url}/v1/products`)).status, 200);
  shop.signal('SIGINT');
  await shop.until(/Draining/);
  assert.deepEqual(await shop.ended, { code: 0, signal: null });
  await assert.rejects(fetch(`${url}/v1/products`));
});
