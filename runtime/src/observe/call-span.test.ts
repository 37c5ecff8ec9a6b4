import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginCall, type TracedEdge } from './call-span.ts';
import { grpcSubject, outcomeOf } from './conventions.ts';
import { type RegisteredSdk, registerSdk } from './sdk-fixture.ts';
import { newSpan, parseTraceparent, withBaggage } from './trace.ts';

const edge: TracedEdge = {
  to: 'bank',
  operation: 'Pay',
  transport: 'grpc',
  external: false,
  streams: false,
  attempt: grpcSubject('bank.Bank/Pay'),
};
const caller = withBaggage({ ...newSpan(), state: 'a=1' }, 'tenant=acme');
const started = (number: number, hedge: boolean) =>
  ({ kind: 'attempt-started', number, endpoint: `b${number}:1`, hedge }) as const;
const ended = { kind: 'attempt-ended', endpoint: 'b:1', latency: 1 } as const;

let sdk: RegisteredSdk | undefined;

test('without an SDK there is no span at all', () => {
  assert.equal(beginCall(edge, caller), undefined);
});

test('an SDK without propagators: trace, state and baggage go on by themselves, baggage to no external', () => {
  sdk = registerSdk({ propagators: false });
  for (const external of [false, true]) {
    const call = beginCall({ ...edge, external }, caller)!;
    call.seen(started(1, false));
    const { traceparent, tracestate, baggage } = call.headersOf(1);
    assert.equal(parseTraceparent(traceparent)?.traceId, caller.traceId);
    assert.deepEqual([tracestate, baggage], ['a=1', external ? undefined : 'tenant=acme']);
    call.end();
  }
  sdk.reset();
});

test('a hedge and the attempt that loses to it have a span each, which end with what became of them', () => {
  const call = beginCall(edge, caller)!;
  call.seen(started(1, false));
  call.seen({ kind: 'hedge', number: 2 });
  call.seen(started(2, true));
  call.seen({ ...ended, number: 2, hedge: true, outcome: 'success' });
  call.seen({ ...ended, number: 1, hedge: false, outcome: 'cancelled', code: 'cancelled' });
  assert.notEqual(call.headersOf(1).traceparent, undefined);
  call.end();
  call.end(new Error('too late'));
  const [own, ...attempts] = sdk!.spans();
  assert.deepEqual([own!.status.code, own!.events.map(({ name }) => name)], [0, ['hedge']]);
  // Both may have begun within the same millisecond.
  const seen = attempts.map(({ attributes }) =>
    ['weir.attempt', 'weir.hedge', 'weir.outcome'].map((name) => attributes[name]),
  );
  assert.deepEqual(
    seen.toSorted(([a], [b]) => Number(a) - Number(b)),
    [
      [1, undefined, 'cancelled'],
      [2, true, 'success'],
    ],
  );
});

test('a server is not to blame for what its callers do wrong, and a client has failed all the same', () => {
  const notFound = { transport: 'http', code: 'not-found', status: 404 } as const;
  assert.deepEqual([outcomeOf('server', notFound).error, outcomeOf('client', notFound).error], [false, true]);
  const denied = { transport: 'grpc', code: 'permission-denied' } as const;
  assert.deepEqual([outcomeOf('server', denied).error, outcomeOf('client', denied).error], [false, true]);
  assert.deepEqual(outcomeOf('client', { transport: 'http', code: 'deadline-exceeded' }).attributes, {
    'error.type': 'deadline-exceeded',
    'weir.code': 'deadline-exceeded',
  });
});
