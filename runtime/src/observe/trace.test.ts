import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trace as api, type Span, type SpanContext } from '@opentelemetry/api';
import fc from 'fast-check';
import { serverSpan } from './span.ts';
import { formatTraceparent, newSpan, parseTraceparent } from './trace.ts';

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

test('spans go to an SDK where one is registered', () => {
  const parent = newSpan();
  const ended: string[] = [];
  const spanContext: SpanContext = { traceId: parent.traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 };
  const span = {
    spanContext: () => spanContext,
    setAttribute: () => span,
    end: () => ended.push('end'),
  } as unknown as Span;
  const started: unknown[] = [];
  api.setGlobalTracerProvider({
    getTracer: () => ({
      startSpan: (name, _options, from) => {
        started.push([name, api.getSpanContext(from!)?.spanId]);
        return span;
      },
      startActiveSpan: () => assert.fail('not used'),
    }),
  });
  try {
    const own = serverSpan('PlaceOrder', 'grpc', parent);
    assert.deepEqual(started, [['PlaceOrder', parent.spanId]]);
    assert.deepEqual([own.trace.spanId, own.trace.parentSpanId], ['b7ad6b7169203331', parent.spanId]);
    assert.equal(
      own.run(() => 7),
      7,
    );
    own.end({ code: 'ok', fault: false });
    assert.deepEqual(ended, ['end']);
  } finally {
    api.disable();
  }
  const without = serverSpan('PlaceOrder', 'grpc', parent);
  assert.equal(without.trace.parentSpanId, parent.spanId);
});
