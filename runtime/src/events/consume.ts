/** Runs the consumers of a service: from a broker's delivery to a handler's call and back. */

import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Codec } from '../codec/codec.ts';
import type { EventHandler } from '../context.ts';
import type { ConsumerDefinition, EventDefinition, ServiceDefinition } from '../definition.ts';
import { ServiceError } from '../errors.ts';
import { newSpan, parseTraceparent, type TraceContext } from '../observe/trace.ts';
import type { Clock } from '../policy/clock.ts';
import { type Broker, type Delivery, Undeliverable } from './broker.ts';
import { headers } from './headers.ts';

/** What a handler's context is built from; the server side builds it, as it does for requests. */
export interface ConsumerScope {
  readonly consumer: ConsumerDefinition;
  /** Aborts at the deadline, and when a stop has no more time. */
  readonly signal: AbortSignal;
  /** Instant of the clock. */
  readonly deadlineAt: number | undefined;
  /** A child of the publisher's span. */
  readonly trace: TraceContext;
  readonly requestId: string;
  /** The same in each delivery of an event to this consumer, so that what it calls can be deduplicated. */
  readonly idempotencyKey: string;
  readonly attempt: number;
}

/** How one delivery went, for logs and metrics. */
export interface ConsumedEvent {
  readonly consumer: string;
  readonly event: string;
  readonly group: string;
  readonly attempt: number;
  /** Milliseconds. */
  readonly latency: number;
  readonly requestId: string;
  readonly traceId: string;
  readonly outcome: 'done' | 'retry' | 'dead-letter' | 'dropped';
  readonly error?: unknown;
}

export interface ConsumerDeps<Context> {
  readonly codec: Codec;
  readonly clock: Clock;
  readonly log: Logger;
  /** The broker behind a resource of the definition; the one of the process where an event names none. */
  brokerOf(resource: string | undefined): Broker;
  /** The handler's second argument. */
  context(scope: ConsumerScope): Context;
  readonly observe?: (event: ConsumedEvent) => void;
}

export interface RunningConsumers {
  /**
   * Takes no further events and resolves when the running handlers have settled. After `within` milliseconds their
   * signals abort, and the wait ends: what had not finished is delivered again, to this group's next member.
   */
  stop(options?: { readonly within?: number }): Promise<void>;
}

/** Subscribes all consumers of a definition. Handlers are by the names of `definition.consumers`; a missing one is an error. */
export async function startConsumers<Context>(
  definition: Pick<ServiceDefinition, 'consumers' | 'events'>,
  handlers: Readonly<Record<string, EventHandler<never, Context> | undefined>>,
  deps: ConsumerDeps<Context>,
): Promise<RunningConsumers> {
  const consumers = Object.entries(definition.consumers).map(([key, consumer]) => {
    const handler = handlers[key] as EventHandler<unknown, Context> | undefined;
    if (handler === undefined) throw new Error(`no handler for the consumer ${consumer.name}: provide ${key}`);
    const event = definition.events[consumer.event];
    if (event === undefined) throw new Error(`${consumer.name} consumes ${consumer.event}, which the definition lacks`);
    return { consumer, event, handler };
  });
  refuseSharedGroups(Object.values(definition.consumers));
  const stopping = new AbortController();
  const subscriptions = await Promise.all(
    consumers.map(({ consumer, event, handler }) => {
      const handle = (delivery: Delivery) => consume(consumer, event, handler, delivery, stopping.signal, deps);
      return deps.brokerOf(event.resource).subscribe(consumer, handle);
    }),
  );
  return {
    async stop({ within } = {}) {
      const drained = Promise.all(subscriptions.map((subscription) => subscription.stop()));
      const cancel = within === undefined ? undefined : deps.clock.after(within, () => stopping.abort(stopped()));
      await drained;
      cancel?.();
    },
  };
}

/** Members of a group share its events: two handlers of one event in one group would each see only some of them. */
function refuseSharedGroups(consumers: readonly ConsumerDefinition[]): void {
  const readers = new Map<string, ConsumerDefinition>();
  for (const consumer of consumers) {
    const { event, group, name } = consumer;
    const other = readers.get(`${event} ${group}`);
    if (other !== undefined) {
      throw new Error(
        `${other.name} and ${name} both consume ${event} as group ${group}; give each a group of its own`,
      );
    }
    readers.set(`${event} ${group}`, consumer);
  }
}

async function consume<Context>(
  consumer: ConsumerDefinition,
  event: EventDefinition,
  handler: EventHandler<unknown, Context>,
  delivery: Delivery,
  stopping: AbortSignal,
  deps: ConsumerDeps<Context>,
): Promise<void> {
  const began = deps.clock.now();
  const trace = newSpan(parseTraceparent(delivery.headers[headers.traceparent], delivery.headers[headers.tracestate]));
  const requestId = delivery.headers[headers.requestId] ?? randomUUID();
  const report = (outcome: ConsumedEvent['outcome'], error?: unknown) => {
    const ids = { requestId, traceId: trace.traceId };
    const about = { consumer: consumer.name, event: delivery.event, group: consumer.group, attempt: delivery.attempt };
    deps.observe?.({ ...about, ...ids, latency: deps.clock.now() - began, outcome, ...(error ? { error } : {}) });
    if (outcome !== 'done') deps.log.warn({ ...about, ...ids, err: error }, `${consumer.name} failed: ${outcome}`);
  };
  try {
    const value = decode(event, delivery, deps.codec);
    await limited(consumer, stopping, deps.clock, async (signal, deadlineAt) => {
      const idempotencyKey = `${delivery.headers[headers.id] ?? requestId}:${consumer.group}:${consumer.name}`;
      const scope = { consumer, signal, deadlineAt, trace, requestId, idempotencyKey, attempt: delivery.attempt };
      await handler(value, deps.context(scope));
    });
  } catch (error) {
    const last = error instanceof Undeliverable || delivery.attempt >= consumer.attempts;
    report(!last ? 'retry' : consumer.deadLetter ? 'dead-letter' : 'dropped', error);
    throw error;
  }
  report('done');
}

/** The event in TypeScript form; bytes that are no such event will never be one, so they are not tried again. */
function decode(event: EventDefinition, delivery: Delivery, codec: Codec): unknown {
  let value: unknown;
  try {
    value = codec.deserialize(event.message, delivery.payload);
  } catch (error) {
    throw new Undeliverable(`the payload is no ${event.message}: ${(error as Error).message}`, { cause: error });
  }
  const faults = codec.validate(event.message, value).map(({ field, message }) => `${field} ${message}`);
  if (faults.length > 0) throw new Undeliverable(`the event breaks its contract: ${faults.join('; ')}`);
  return value;
}

/**
 * Runs a handler until it settles, its deadline passes or the service must stop. The latter two abort its signal and fail
 * the delivery at once: a handler that ignores its signal must not hold back the events behind it.
 */
function limited(
  consumer: ConsumerDefinition,
  stopping: AbortSignal,
  clock: Clock,
  run: (signal: AbortSignal, deadlineAt: number | undefined) => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const giveUp = (reason: ServiceError) => {
      controller.abort(reason);
      reject(reason);
    };
    const onStop = () => giveUp(stopping.reason as ServiceError);
    if (stopping.aborted) return onStop();
    stopping.addEventListener('abort', onStop, { once: true });
    const { deadline } = consumer;
    const deadlineAt = deadline === undefined ? undefined : clock.now() + deadline;
    const cancel = deadline === undefined ? undefined : clock.after(deadline, () => giveUp(late(consumer)));
    run(controller.signal, deadlineAt)
      .then(resolve, reject)
      .finally(() => {
        cancel?.();
        stopping.removeEventListener('abort', onStop);
      });
  });
}

function late({ name, deadline }: ConsumerDefinition): ServiceError {
  return new ServiceError('deadline-exceeded', `${name} took longer than its deadline of ${deadline} ms`, {
    origin: 'deadline',
  });
}

function stopped(): ServiceError {
  return new ServiceError('cancelled', 'the service is stopping', { origin: 'cancelled' });
}
