/** Spans of calls to other services: one for the call as its handler sees it, and a child of it for each attempt. */

import { type Context, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { type CodeName, ServiceError } from '../errors.ts';
import type { EdgeEvent } from '../policy/edge.ts';
import { addressAttributes, outcomeOf, type SpanSubject } from './conventions.ts';
import type { Transport } from './observe.ts';
import { isTraced, spanContextOf, traceOf, tracer } from './span.ts';
import { formatTraceparent, type TraceContext } from './trace.ts';

/** An operation of another service, as spans show it. */
export interface TracedEdge {
  readonly to: string;
  readonly operation: string;
  readonly transport: Transport;
  readonly external: boolean;
  /** Answers come one after another, so that an attempt goes on after its policy has taken it for a success. */
  readonly streams: boolean;
  /** Each attempt, as the semantic conventions of its transport want it. */
  readonly attempt: SpanSubject;
}

/** What a transport adds to the span of an attempt. */
export interface AttemptSpan {
  /** Where the request goes, once that is known. */
  sent(url: string): void;
  answered(status: number): void;
}

interface RunningAttempt extends AttemptSpan {
  readonly span: Span;
  status: number | undefined;
}

/** Begins the span of a call; undefined, at no cost, where spans go nowhere. */
export function beginCall(edge: TracedEdge, caller: TraceContext): CallSpan | undefined {
  return isTraced() ? new CallSpan(edge, caller) : undefined;
}

export class CallSpan {
  readonly #edge: TracedEdge;
  readonly #caller: TraceContext;
  readonly #span: Span;
  readonly #context: Context;
  readonly #attempts = new Map<number, RunningAttempt>();
  /** The attempt whose answers are still being read. */
  #reading: RunningAttempt | undefined;
  #ended = false;

  constructor(edge: TracedEdge, caller: TraceContext) {
    const active = context.active();
    // A handler may have begun spans of its own; without a context manager nobody knows of them.
    const parent = trace.getSpan(active) ? active : trace.setSpanContext(active, spanContextOf(caller));
    const attributes = { 'weir.to': edge.to, 'weir.operation': edge.operation };
    this.#edge = edge;
    this.#caller = caller;
    this.#span = tracer.startSpan(`${edge.to}.${edge.operation}`, { kind: SpanKind.INTERNAL, attributes }, parent);
    this.#context = trace.setSpan(parent, this.#span);
  }

  /** Follows what the policy does. */
  seen(event: EdgeEvent): void {
    switch (event.kind) {
      case 'attempt-started':
        this.#begin(event.number, event.endpoint, event.hedge);
        return;
      case 'attempt-ended':
        this.#end(event);
        return;
      case 'retry':
        this.#span.addEvent('retry', { attempt: event.number, delay: event.delay, cause: event.cause });
        return;
      case 'refused':
        this.#span.addEvent('refused', { by: event.by });
        return;
      case 'hedge':
        this.#span.addEvent('hedge', { attempt: event.number });
        return;
      case 'cache':
        this.#span.addEvent('cache', { result: event.result });
        return;
      case 'fallback':
        this.#span.addEvent('fallback', { to: event.to });
        return;
      case 'ejected':
      case 'breaker':
        this.#span.addEvent(event.kind, { endpoint: event.endpoint });
    }
  }

  #begin(number: number, endpoint: string, hedge: boolean): void {
    const { attempt, transport } = this.#edge;
    const attributes = {
      ...attempt.attributes,
      ...addressAttributes(endpoint),
      'weir.attempt': number,
      ...(hedge && { 'weir.hedge': true }),
      ...(transport === 'http' && number > 1 && { 'http.request.resend_count': number - 1 }),
    };
    const span = tracer.startSpan(attempt.name, { kind: SpanKind.CLIENT, attributes }, this.#context);
    const running: RunningAttempt = {
      span,
      status: undefined,
      sent: (url) => span.setAttribute('url.full', url),
      answered: (status) => {
        running.status = status;
      },
    };
    this.#attempts.set(number, running);
  }

  #end({ number, outcome, code }: Extract<EdgeEvent, { kind: 'attempt-ended' }>): void {
    const running = this.#attempts.get(number);
    if (running === undefined) return;
    running.span.setAttribute('weir.outcome', outcome);
    if (this.#edge.streams && code === undefined) {
      this.#reading = running;
      return;
    }
    this.#attempts.delete(number);
    this.#endAttempt(running, code ?? 'ok');
  }

  #endAttempt({ span, status }: RunningAttempt, code: 'ok' | CodeName): void {
    const { attributes, error } = outcomeOf('client', { transport: this.#edge.transport, code, status });
    span.setAttributes(attributes);
    if (error || code !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    span.end();
  }

  /** For the transport, while the attempt runs. */
  attempt(number: number): AttemptSpan | undefined {
    return this.#attempts.get(number);
  }

  /** The headers by which the callee's span becomes a child of the attempt. */
  headersOf(number: number): Record<string, string> {
    const span = this.#attempts.get(number)?.span ?? this.#span;
    const headers: Record<string, string> = {};
    propagation.inject(trace.setSpan(this.#context, span), headers);
    const own = traceOf(span.spanContext());
    headers.traceparent ??= formatTraceparent(own);
    if (own.state !== undefined) headers.tracestate ??= own.state;
    const { baggage } = this.#caller;
    // What a registered propagator leaves out was left out on purpose.
    if (baggage !== undefined && !propagation.fields().includes('baggage')) headers.baggage = baggage;
    if (this.#edge.external) delete headers.baggage;
    return headers;
  }

  /** Ends the span as the promise ends. */
  over<T>(call: Promise<T>): Promise<T> {
    return call.then(
      (answer) => {
        this.end();
        return answer;
      },
      (error) => {
        this.end(error);
        throw error;
      },
    );
  }

  /** Only the first time counts. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const code = error === undefined ? 'ok' : error instanceof ServiceError ? error.code : 'internal';
    if (this.#reading !== undefined) this.#endAttempt(this.#reading, code);
    if (code !== 'ok') {
      this.#span.setAttribute('error.type', code);
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    }
    this.#span.end();
  }
}
