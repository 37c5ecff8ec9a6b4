import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTraceparent, newSpan, parseTraceparent, traceHeaders, withBaggage } from './trace.ts';

const hex = (digits: number) =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: digits, maxLength: digits })
    .map((each) => each.map((digit) => digit.toString(16)).join(''))
    .filter((text) => !/^0+$/.test(text));

test('a traceparent survives being read and written', () => {
  fc.assert(
    fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, sampled) => {
      const header = `00-${traceId}-${spanId}-0${sampled ? 1 : 0}`;
      const read = parseTraceparent(header);
      assert.deepEqual(read, { traceId, spanId, sampled });
      assert.equal(formatTraceparent(read!), header);
    }),
  );
});

test('what is no traceparent begins a new trace', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  const span = '00f067aa0ba902b7';
  for (const header of [
    undefined,
    '',
    'x',
    `00-${id}-${span}`,
    `00-${id.toUpperCase()}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${id}-${'0'.repeat(16)}-01`,
    `ff-${id}-${span}-01`,
    `00-${id}-${span}-01-more`,
  ]) {
    assert.equal(parseTraceparent(header), undefined, header);
  }
  // A later version may say more behind what this one knows.
  assert.equal(parseTraceparent(`01-${id}-${span}-01-more`)?.traceId, id);
});

test('a child keeps the trace and names its parent', () => {
  const root = newSpan();
  const child = newSpan({ ...root, state: 'a=1' });
  assert.match(root.traceId, /^[0-9a-f]{32}$/);
  assert.deepEqual([child.traceId, child.parentSpanId, child.state], [root.traceId, root.spanId, 'a=1']);
  assert.notEqual(child.spanId, root.spanId);
});

test('what one version does not know of the flags is passed on, and what level 2 knows is kept', () => {
  const header = (flags: string) => `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-${flags}`;
  assert.equal(formatTraceparent(parseTraceparent(header('03'))!), header('03'));
  assert.equal(formatTraceparent(parseTraceparent(header('ff'))!), header('03'));
  assert.equal(formatTraceparent(newSpan(parseTraceparent(header('02')))).slice(-2), '02');
});

test('baggage and tracestate go on as they came, baggage to services of the system only', () => {
  const trace = withBaggage(newSpan({ ...newSpan(), state: 'a=1,b=2' }), 'tenant=acme;p=1');
  const headers = traceHeaders(trace, false);
  assert.equal(parseTraceparent(headers.traceparent)?.traceId, trace.traceId);
  assert.notEqual(parseTraceparent(headers.traceparent)?.spanId, trace.spanId);
  assert.deepEqual([headers.tracestate, headers.baggage], ['a=1,b=2', 'tenant=acme;p=1']);
  assert.equal(traceHeaders(trace, true).baggage, undefined);
  assert.equal(withBaggage(newSpan(), 'x'.repeat(8193)).baggage, undefined);
});
