/** The handlers of `trio.svc`: what they are asked for decides how they misbehave. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type AnyHandler, declaredError, ServiceError } from '@weir/runtime';

interface Value {
  readonly value: number;
}

type Answers = (request: Value, options?: { readonly signal: AbortSignal }) => Promise<Value>;
type Streams = (request: Value) => AsyncIterable<Value>;
type Context = { readonly signal: AbortSignal };

interface FrontContext extends Context {
  readonly back: {
    readonly answer: Answers;
    readonly count: Streams;
    readonly collect: (values: AsyncIterable<Value>) => Promise<{ readonly total: number; readonly of: number }>;
    readonly chat: (values: AsyncIterable<Value>) => AsyncIterable<Value>;
  };
  readonly desk: { readonly look: Answers; readonly follow: Streams };
  readonly publish: { readonly told: (event: Value) => Promise<void> };
}

class Odd extends declaredError<Value>('soak.Odd', 409, 10) {}

/** One in 17 fails, one in 19 is a fault, one in 23 is declared, one in 29 comes when nobody waits any longer, one in 13 is slow. */
async function misbehave(value: number, signal: AbortSignal): Promise<void> {
  if (value % 17 === 0) throw new ServiceError('unavailable', 'as asked for');
  if (value % 19 === 0) throw new TypeError('as asked for');
  if (value % 23 === 0) throw new Odd({ value });
  if (value % 29 === 0) await sleep(1000, undefined, { signal });
  await sleep(value % 13 === 0 ? 100 : value % 5, undefined, { signal });
}

async function* numbers({ value }: Value, { signal }: Context): AsyncGenerator<Value> {
  for (let next = 0; next < value % 50; next++) {
    if (next === 7) await misbehave(value, signal);
    yield { value: next };
  }
}

async function answer({ value }: Value, { signal }: Context): Promise<Value> {
  await misbehave(value, signal);
  return { value };
}

export const backHandlers: Record<string, AnyHandler> = {
  answer,
  count: numbers,
  async collect(values: AsyncIterable<Value>) {
    let total = 0;
    let of = 0;
    for await (const { value } of values) {
      total += value;
      of += 1;
    }
    return { total, of };
  },
  async *chat(values: AsyncIterable<Value>, { signal }: Context) {
    for await (const { value } of values) {
      if (value === 5) await misbehave(value, signal);
      yield { value };
    }
  },
};

export const deskHandlers: Record<string, AnyHandler> = { look: answer, follow: numbers };

export const frontHandlers: Record<string, AnyHandler> = {
  async ask({ value }: Value, { back, desk }: FrontContext) {
    const [first] = await Promise.all([back.answer({ value }), desk.look({ value: value % 40 })]);
    return first;
  },
  async *watch({ value }: Value, { back, desk }: FrontContext) {
    yield* value % 2 === 0 ? back.count({ value }) : desk.follow({ value });
  },
  async add({ value }: Value, context: FrontContext) {
    const sent = () => numbers({ value }, context);
    const sum = await context.back.collect(sent());
    for await (const { value: heard } of context.back.chat(sent())) if (heard > value % 11) break;
    await context.publish.told({ value });
    return sum;
  },
  hear({ value }: Value, { signal }: Context) {
    return misbehave(value, signal);
  },
};
