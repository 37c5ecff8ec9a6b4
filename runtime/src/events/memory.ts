/** A broker in this process: what runs when nothing is installed, and what tests run on. */

import { ServiceError } from '../errors.ts';
import { type Clock, systemClock } from '../policy/clock.ts';
import type { Random } from '../policy/random.ts';
import type { Broker, DeadLetter, Delivery, EventMessage, Subscriber, Subscription } from './broker.ts';
import { Group } from './memory-group.ts';

export interface MemoryBrokerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Events and dead letters kept for one group before `publish` is refused with `resource-exhausted`. */
  readonly capacity?: number;
}

/** Enough for any run on one machine, and an end before memory is. */
const CAPACITY = 100_000;

/**
 * Keeps events in memory. Each group gets every event published after its first member subscribed, also while no member
 * is there; at least once; events of one key one after the other. Nothing survives the process.
 */
export function memoryBroker({ clock, random, capacity = CAPACITY }: MemoryBrokerOptions): Broker {
  const groupsByEvent = new Map<string, Map<string, Group>>();
  const subscriptions = new Set<Subscription>();
  let closed = false;

  const groupOf = (event: string, name: string): Group => {
    const groups = groupsByEvent.get(event) ?? new Map<string, Group>();
    groupsByEvent.set(event, groups);
    const group = groups.get(name) ?? new Group(name, clock, random);
    groups.set(name, group);
    return group;
  };
  const groups = (of: { readonly event?: string; readonly group?: string }): Group[] =>
    [...groupsByEvent]
      .filter(([event]) => of.event === undefined || of.event === event)
      .flatMap(([, byName]) => [...byName.values()])
      .filter((group) => of.group === undefined || of.group === group.name);

  return {
    async publish(message: EventMessage): Promise<void> {
      if (closed) throw new ServiceError('unavailable', 'the broker is closed', { origin: 'local' });
      const receivers = [...(groupsByEvent.get(message.event)?.values() ?? [])];
      const full = receivers.find((group) => group.size >= capacity);
      if (full !== undefined) {
        throw new ServiceError('resource-exhausted', `${capacity} ${message.event} wait for ${full.name} already`, {
          origin: 'local',
        });
      }
      for (const group of receivers) group.add(message);
    },

    async subscribe(subscriber: Subscriber, handle: (delivery: Delivery) => Promise<void>): Promise<Subscription> {
      if (closed) throw new ServiceError('unavailable', 'the broker is closed', { origin: 'local' });
      const member = groupOf(subscriber.event, subscriber.group).join(subscriber, handle);
      const subscription = {
        async stop() {
          await member.stop();
          subscriptions.delete(subscription);
        },
      };
      subscriptions.add(subscription);
      return subscription;
    },

    async deadLetters(of = {}): Promise<readonly DeadLetter[]> {
      return groups(of).flatMap((group) => group.deadLetters());
    },

    async redeliver(of): Promise<number> {
      return groups(of).reduce((count, group) => count + group.redeliver(), 0);
    },

    async ping(): Promise<void> {
      if (closed) throw new ServiceError('unavailable', 'the broker is closed', { origin: 'local' });
    },

    async close(): Promise<void> {
      closed = true;
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
      for (const group of groups({})) group.close();
    },
  };
}

let shared: Broker | undefined;

/** The one broker of this process, by which the services in it reach each other. Nobody closes it. */
export function sharedBroker(): Broker {
  shared ??= memoryBroker({ clock: systemClock, random: Math.random });
  return shared;
}
