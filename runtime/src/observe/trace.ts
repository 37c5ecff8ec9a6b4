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
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The caller's context from its `traceparent` header, or undefined when there is none or it is malformed (the trace then starts anew, as the recommendation asks). */
export function parseTraceparent(header: string | undefined, state?: string): TraceContext | undefined {
  const match = header === undefined ? null : TRACEPARENT.exec(header.trim());
  if (match === null) return undefined;
  const [, version, traceId, spanId, flags, rest] = match;
  const known = version !== 'ff' && !(version === '00' && rest !== undefined);
  if (!known || /^0+$/.test(traceId!) || /^0+$/.test(spanId!)) return undefined;
  const sampled = (Number.parseInt(flags!, 16) & 1) === 1;
  return { traceId: traceId!, spanId: spanId!, sampled, ...(state ? { state } : {}) };
}

/** The header's value for a call made on behalf of this span. */
export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.sampled ? '01' : '00'}`;
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
  if (parent === undefined) return { traceId: pooled(16).toString('hex'), spanId, sampled: true };
  return { ...parent, spanId, parentSpanId: parent.spanId };
}
