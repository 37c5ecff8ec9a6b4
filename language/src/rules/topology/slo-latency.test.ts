import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const others = `
service b { slo { latency p99 100ms }  rpc X() }
external c { latency p99 250ms  rpc X() }
service d { slo { latency p95 900ms }  rpc X() }
service e { uses b  rpc X() { calls b.X * 3 } }`;

const a = (promise: string, calls: string): string =>
  `service a { uses b, c, d, e  slo { latency ${promise} }  rpc [|X|]() { calls ${calls} } }${others}`;
const fine = (source: string): string => source.replace('[|X|]', 'X');

test('slo-latency: along the sequence, the longest of those in parallel, so often as it is called', async () => {
  await check('slo-latency', a('p99 400ms', 'b.X & c.X, b.X * 2'), {
    message:
      /^`a` promises p99 400ms, and `a.X` waits 450ms for its calls, if each takes the p99 that it promises \(c.X 250ms \+ b.X 200ms\): 50ms too long$/,
    hint: /promise at least 450ms\.$/,
    related: ['latency p99 400ms'.slice(8), 'c.X', 'b.X'],
  });
  await check('slo-latency', fine(a('p99 450ms', 'b.X & c.X, b.X * 2')));
  await check('slo-latency', fine(a('p99 250ms', 'b.X & c.X')));
});

test('slo-latency: only like percentiles are compared', async () => {
  await check('slo-latency', fine(a('p95 100ms', 'c.X')));
  await check('slo-latency', fine(a('p99 100ms', 'd.X')));
  await check('slo-latency', a('p95 800ms', 'd.X'), { message: /promises p95 800ms/ });
});

test('slo-latency: who promises nothing is looked through, and nobody waits longer than the call', async () => {
  await check('slo-latency', a('p99 250ms', 'e.X'), { message: /\(e.X 300ms\): 50ms too long$/ });
  await check('slo-latency', fine(a('p99 250ms', 'c.X with { timeout 50ms  fallback [] }, b.X')));
});

test('slo-latency: without a promise, in loops, and for calls of nobody', async () => {
  await check('slo-latency', `service a { uses b  rpc X() { calls b.X } }${others}`);
  await check(
    'slo-latency',
    'service a { uses a  slo { latency p99 10ms }  rpc X() { calls a.X, nobody.X, a.Nothing } }',
  );
});

test('slo-latency: allowed at the operation and at the service', async () => {
  const allow = '@allow(slo-latency, "they are never slow together") ';
  const source = fine(a('p99 90ms', 'b.X'));
  for (const text of [`${allow}${source}`, source.replace('rpc X', `${allow}rpc X`)]) {
    await check('slo-latency', text);
    await check('unused-allow', text);
  }
});
