/** Spans of calls that arrive, by the OpenTelemetry API: they go where the process has registered an SDK, and nowhere otherwise. */

import {
  context,
  createTraceState,
  isSpanContextValid,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import { outcomeOf, type SpanOutcome, type SpanSubject } from './conventions.ts';
import { newSpan, parseTraceparent, type TraceContext, withBaggage } from './trace.ts';

const NAME = '@weir/runtime';
export const tracer = trace.getTracer(NAME);

/** Whether an SDK is registered, so that spans go anywhere. */
export function isTraced(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer(NAME) !== undefined;
}

/** Reads a header of a request (or gRPC metadata) by its lower-case name. */
export type ReadHeader = (name: string) => string | undefined;

/** A span that stands for an arrived call, and its ids. */
export interface ServerSpan {
  readonly trace: TraceContext;
  /** Runs work with the span as the active one, so that what it calls becomes its child. */
  run<T>(work: () => T): T;
  end(outcome: SpanOutcome, error?: unknown): void;
}

/** The caller's trace, and what travels with it, as a request says; undefined where it says nothing of a trace. */
function traceIn(header: ReadHeader): TraceContext | undefined {
  return parseTraceparent(header('traceparent'), header('tracestate'));
}

/** Begins the span of a call that has arrived. Undefined where the SDK is none that makes spans. */
export function serverSpan({ name, attributes }: SpanSubject, header: ReadHeader): ServerSpan | undefined {
  const parent = traceIn(header);
  // Propagators that the process has registered come first: baggage goes by them, and headers of other kinds.
  const carried = propagation.extract(ROOT_CONTEXT, header, BY_NAME);
  const knows = trace.getSpanContext(carried) !== undefined || parent === undefined;
  const from = knows ? carried : trace.setSpanContext(carried, spanContextOf(parent));
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, from);
  const own = span.spanContext();
  const parentId = trace.getSpanContext(from)?.spanId;
  if (!isSpanContextValid(own) || own.spanId === parentId) return undefined;
  const active = trace.setSpan(from, span);
  return {
    trace: withBaggage({ ...traceOf(own), ...(parentId && { parentSpanId: parentId }) }, header('baggage')),
    run: (work) => context.with(active, work),
    end(outcome, error) {
      const { attributes, error: failed } = outcomeOf('server', outcome);
      span.setAttributes(attributes);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome.code });
      if (failed && error instanceof Error) span.recordException(error);
      span.end();
    },
  };
}

const BY_NAME: TextMapGetter<ReadHeader> = {
  get: (header, name) => header(name.toLowerCase()),
  keys: () => [],
};

/** A span of another process, or of no SDK, as the API knows spans. */
export function spanContextOf({ traceId, spanId, sampled, random, state }: TraceContext): SpanContext {
  const traceFlags = (sampled ? 1 : 0) | (random ? 2 : 0);
  const context = { traceId, spanId, traceFlags, isRemote: true };
  return state === undefined ? context : { ...context, traceState: createTraceState(state) };
}

export function traceOf({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const state = traceState?.serialize();
  return {
    traceId,
    spanId,
    sampled: (traceFlags & 1) !== 0,
    ...((traceFlags & 2) !== 0 && { random: true as const }),
    ...(state && { state }),
  };
}

/** The ids of a call without an SDK: a child of the caller's span, which logs and neighbours get, and nothing more. */
export function untraced(header: ReadHeader): TraceContext {
  return withBaggage(newSpan(traceIn(header)), header('baggage'));
}
