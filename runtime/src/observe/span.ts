/** Spans by the OpenTelemetry API: they go where the process has registered an SDK, and nowhere otherwise. */

import {
  context,
  isSpanContextValid,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { newSpan, type TraceContext } from './trace.ts';

const NAME = '@weir/runtime';
const tracer = trace.getTracer(NAME);

/** Whether an SDK is registered, so that spans go anywhere. */
export function isTraced(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer(NAME) !== undefined;
}

/** A span that stands for an arrived call, and its ids. */
export interface ServerSpan {
  readonly trace: TraceContext;
  /** Runs work with the span as the active one, so that what it calls becomes its child. */
  run<T>(work: () => T): T;
  end(outcome: { readonly code: string; readonly fault: boolean; readonly error?: unknown }): void;
}

/** Begins the span of a call of `operation`. Without an SDK it has ids, which logs and neighbours get, and nothing more. */
export function serverSpan(operation: string, transport: string, parent: TraceContext | undefined): ServerSpan {
  const from = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remoteContext(parent));
  const attributes = { 'rpc.system': transport, 'rpc.method': operation };
  const span = tracer.startSpan(operation, { kind: SpanKind.SERVER, attributes }, from);
  const own = span.spanContext();
  const isReal = isSpanContextValid(own) && own.spanId !== parent?.spanId;
  if (!isReal) return { trace: newSpan(parent), run: (work) => work(), end: () => {} };
  const active = trace.setSpan(from, span);
  return {
    trace: traceOf(span, parent),
    run: (work) => context.with(active, work),
    end({ code, fault, error }) {
      span.setAttribute('weir.code', code);
      if (fault) span.setStatus({ code: SpanStatusCode.ERROR, message: code });
      if (fault && error instanceof Error) span.recordException(error);
      span.end();
    },
  };
}

function remoteContext({ traceId, spanId, sampled }: TraceContext) {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

function traceOf(span: Span, parent: TraceContext | undefined): TraceContext {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const sampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
  return {
    traceId,
    spanId,
    sampled,
    ...(parent === undefined ? {} : { parentSpanId: parent.spanId }),
    ...(parent?.state === undefined ? {} : { state: parent.state }),
  };
}
