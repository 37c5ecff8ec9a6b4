/**
 * Compiles the shop, starts all of it in this process, sends one order through the public gateway, and shows what happened.
 * Keeps serving until Ctrl-C, or with `--once` ends after the order.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runSystem } from '@weir/runtime';
import { Journey, type Step } from './local/journey.ts';
import { ada, placeOrder, watchOrder } from './local/order.ts';
import { startSurroundings, supplierKey } from './local/surroundings.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const once = process.argv.includes('--once');
const paint = (code: number, text: string): string =>
  process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[0m` : text;
const dim = (text: string): string => paint(2, text);
const bold = (text: string): string => paint(1, text);

compile();
const surroundings = await startSurroundings();
const journey = new Journey();
const { services, gateways, gatewayPorts } = await import('./generated/system.ts');
const started = performance.now();
const system = await runSystem(
  { services, gateways },
  {
    env: { WEIR_LOG_LEVEL: 'warn', ...process.env, ...surroundings.env },
    gatewayPorts,
    onHop: journey.add,
    signals: false,
  },
);
console.log(
  `${bold('The shop is open:')} ${services.length} services in one process, up in ${seconds(performance.now() - started)}.`,
);

let stopping: Promise<void> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, drain);

const gateway = urlOf('public');
const token = await surroundings.identity.token(ada, 'orders:write');
await order();
if (once) await stop();
else if (!stopping) invite();

function compile(): void {
  const weir = fileURLToPath(new URL('../../language/bin/weir.js', import.meta.url));
  for (const command of ['check', 'build']) {
    const done = spawnSync(process.execPath, [weir, command, here], { stdio: 'inherit' });
    if (done.status !== 0) process.exit(done.status ?? 1);
  }
}

/** Places an order, follows it to the door, and prints each hop of it. */
async function order(): Promise<void> {
  const from = performance.now();
  const placed = await placeOrder(gateway, token);
  const total = `${(Number(placed.total.cents) / 100).toFixed(2)} ${placed.total.currency.toUpperCase()}`;
  console.log(`\n${bold('One order,')} ${total}, placed in ${seconds(performance.now() - from)}; then it was`);
  for await (const { status, tracking } of watchOrder(gateway, token, placed.id)) {
    console.log(
      `  ${status.padEnd(9)} ${dim(`after ${seconds(performance.now() - from)}`)}${tracking ? `  parcel ${tracking}` : ''}`,
    );
  }
  const steps = journey.steps(({ operation }) => operation.endsWith('/events'));
  const width = Math.max(...steps.map((step) => labelOf(step).length));
  console.log(`\n${bold('What happened, hop by hop')}  ${dim('service, operation, transport, attempt, latency')}`);
  for (const step of steps) {
    const { transport, attempt, latency, outcome } = step.hop;
    const ended = outcome === 'ok' ? paint(32, 'ok') : paint(31, outcome);
    const numbers = `${transport.padEnd(5)}  #${attempt}  ${latency.toFixed(1).padStart(6)} ms  ${ended}`;
    console.log(`  ${dim(`${step.at.toFixed(0).padStart(4)} ms`)}  ${labelOf(step).padEnd(width)}  ${numbers}`);
  }
}

function labelOf({ hop, depth }: Step): string {
  const indent = '  '.repeat(depth);
  if (hop.transport === 'event') return `${indent}${hop.from.split('.').at(-1)} ⇒ ${hop.to}.${hop.operation}`;
  const operation = hop.operation.includes(' ') ? ` ${hop.operation}` : `.${hop.operation}`;
  return `${indent}${hop.from} → ${hop.to}${operation}`;
}

function invite(): void {
  const partners = urlOf('partners');
  console.log(`
${bold('Try it')}  ${dim('(the token is good for an hour; Ctrl-C drains and ends)')}
  TOKEN=${token}
  curl ${gateway}/v1/products
  curl "${gateway}/v1/search?text=tea"
  curl -H "Authorization: Bearer $TOKEN" ${gateway}/v1/me
  curl -H "Authorization: Bearer $TOKEN" ${gateway}/v1/orders
  curl -H "Authorization: Bearer $TOKEN" -X PUT -H "Content-Type: application/json" -d '{"quantity": 2}' ${gateway}/v1/cart/items/MUG-001
  curl -H "X-Api-Key: ${supplierKey}" -H "Content-Type: application/json" -d '{"quantity": 5}' ${partners}/v1/stock/BAG-001
  curl ${healthOf('orders')}/readyz
  curl ${healthOf('orders')}/metrics`);
}

function urlOf(name: string): string {
  const found = system.gateways.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`there is no gateway ${name}`);
  return found.url;
}

function healthOf(name: string): string {
  const found = system.services.find(({ definition }) => definition.name === name);
  return `http://127.0.0.1:${found?.ports.http}`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function drain(): void {
  if (stopping) process.exit(130);
  console.log(`\n${dim('Draining: no new requests, the running ones finish. Again to stop at once.')}`);
  void stop().then(() => process.exit(0));
}

function stop(): Promise<void> {
  stopping ??= system.stop().then(() => surroundings.stop());
  return stopping;
}
