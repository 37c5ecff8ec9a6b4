/** W3C Trace Context, level 2: `traceparent` and `tracestate`. https://www.w3.org/TR/trace-context-2/ */

import { randomBytes } from 'node:crypto';

export interface TraceContext {
  /** 32 lower-case hex digits, the same along the whole trace. */
  readonly traceId: string;
  /** 16 lower-case hex digits: this span. */
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly sampled: boolean;
  /** `tracestate` as it came; passed on untouched. */
  readonly state?: string;
  /** The trace id is random, as whoever began the trace says (level 2). */
  readonly random?: true;
  /** W3C `baggage` as it came; passed on untouched to services of this system, and to nobody else. */
  readonly baggage?: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The caller's context from its `traceparent` header, or undefined when there is none or it is malformed (the trace then starts anew, as the recommendation asks). */
export function parseTraceparent(header: string | undefined, state?: string): TraceContext | undefined {
  const match = header === undefined ? null : TRACEPARENT.exec(header.trim());
  if (match === null) return undefined;
  const [, version, traceId, spanId, flags, rest] = match;
  const known = version !== 'ff' && !(version === '00' && rest !== undefined);
  if (!known || /^0+$/.test(traceId!) || /^0+$/.test(spanId!)) return undefined;
  const bits = Number.parseInt(flags!, 16);
  return {
    traceId: traceId!,
    spanId: spanId!,
    sampled: (bits & SAMPLED) !== 0,
    ...((bits & RANDOM) !== 0 ? { random: true as const } : {}),
    ...(state ? { state } : {}),
  };
}

const SAMPLED = 1;
const RANDOM = 2;

/** Bytes that everybody has to pass on; more is dropped. https://www.w3.org/TR/baggage/#limits */
const LARGEST_BAGGAGE = 8192;

/** The trace with the `baggage` of a request. */
export function withBaggage(trace: TraceContext, header: string | undefined): TraceContext {
  return header === undefined || header === '' || header.length > LARGEST_BAGGAGE
    ? trace
    : { ...trace, baggage: header };
}

/** The header's value for a call made on behalf of this span. */
export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-0${(trace.sampled ? SAMPLED : 0) | (trace.random ? RANDOM : 0)}`;
}

/** The headers by which a callee becomes a child of this span, where no SDK is there to write them. */
export function traceHeaders(trace: TraceContext, external: boolean): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { traceparent: formatTraceparent(newSpan(trace)) };
  if (trace.state !== undefined) headers.tracestate = trace.state;
  if (trace.baggage !== undefined && !external) headers.baggage = trace.baggage;
  return headers;
}

let pool = Buffer.alloc(0);
let used = 0;

/** Random bytes out of a pool: asking the system for eight at a time is dear. */
function pooled(bytes: number): Buffer {
  if (used + bytes > pool.length) {
    pool = randomBytes(4096);
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
}

/** A new span: a child of `parent`, or the root of a new, sampled trace. */
export function newSpan(parent?: TraceContext): TraceContext {
  const spanId = pooled(8).toString('hex');
  if (parent === undefined) return { traceId: pooled(16).toString('hex'), spanId, sampled: true, random: true };
  return { ...parent, spanId, parentSpanId: parent.spanId };
}
