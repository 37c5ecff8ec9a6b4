import { indexOf } from '../../model/index-of.ts';
import type { Consumer, EventMessage, Model, Place } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import { callersOf } from '../model-parts.ts';
import { labelOf } from '../naming.ts';

/** Who publishes an event, and who consumes it, in the order of files and lines. */
export interface EventFlow {
  readonly kind: 'event';
  readonly event: EventMessage;
  /** Operations, event handlers and externals; `at` is the event's name in `publishes`. */
  readonly publishers: readonly { readonly label: string; readonly at: Place }[];
  readonly consumers: readonly Consumer[];
}

const known = new WeakMap<Model, ReadonlyMap<string, EventFlow>>();

/** The flow of each event by its full name, made once for each model. */
export function flowsOf(model: Model): ReadonlyMap<string, EventFlow> {
  let flows = known.get(model);
  if (!flows) {
    flows = build(model);
    known.set(model, flows);
  }
  return flows;
}

function build(model: Model): ReadonlyMap<string, EventFlow> {
  const published = publishersOf(model);
  const consumed = Map.groupBy(
    model.services.flatMap(({ consumers }) => consumers),
    ({ event }) => event.id,
  );
  const flows = new Map<string, EventFlow>();
  for (const [id, event] of indexOf(model).events) {
    const publishers = (published.get(id) ?? []).sort((a, b) => comparePlaces(a.at, b.at));
    const consumers = (consumed.get(id) ?? []).sort((a, b) => comparePlaces(a.at, b.at));
    flows.set(id, { kind: 'event', event, publishers, consumers });
  }
  return flows;
}

function publishersOf(model: Model): Map<string | undefined, { label: string; at: Place }[]> {
  const all: { label: string; id: string | undefined; at: Place }[] = [];
  for (const service of model.services) {
    for (const caller of callersOf(service)) {
      for (const { event } of caller.publishes) all.push({ label: labelOf(caller), id: event.id, at: event.at });
    }
  }
  for (const { name, publishes } of model.externals) {
    for (const { event } of publishes) all.push({ label: name, id: event.id, at: event.at });
  }
  return Map.groupBy(all, ({ id }) => id);
}
