/** OpenTelemetry's own SDK, with spans kept in memory. */

import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

export interface RegisteredSdk {
  /** Those that have ended, each followed by its children in the order of their beginning. */
  spans(): ReadableSpan[];
  reset(): void;
  unregister(): void;
}

/** Registers it for the process, as an application does; each test file is a process. */
export function registerSdk({ propagators = true } = {}): RegisteredSdk {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  if (propagators) {
    const both = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
    propagation.setGlobalPropagator(new CompositePropagator({ propagators: both }));
  }
  return {
    spans: () => inOrder(exporter.getFinishedSpans()),
    reset: () => exporter.reset(),
    unregister() {
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

function inOrder(all: readonly ReadableSpan[]): ReadableSpan[] {
  const known = new Set(all.map((span) => span.spanContext().spanId));
  const childrenOf = (id: string | undefined): ReadableSpan[] =>
    all
      .filter(
        ({ parentSpanContext: parent }) => (parent && known.has(parent.spanId) ? parent.spanId : undefined) === id,
      )
      .toSorted((a, b) => nanoseconds(a) - nanoseconds(b))
      .flatMap((span) => [span, ...childrenOf(span.spanContext().spanId)]);
  return childrenOf(undefined);
}

const nanoseconds = ({ startTime: [seconds, rest] }: ReadableSpan) => seconds * 1e9 + rest;
