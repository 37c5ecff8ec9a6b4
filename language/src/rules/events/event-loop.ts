import { type CallNode, callGraph } from '../../model/call-graph.ts';
import { loopsOf } from '../../model/loops.ts';
import type { Model, Place } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import { edgePlace } from '../edges.ts';
import { labelOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { type EventFlow, flowsOf } from './flows.ts';

type Stop = EventFlow | CallNode;

interface Step {
  readonly to: Stop;
  readonly at: () => Place;
}

/** A loop of calls alone is for `call-cycle` to tell: here, an event begins each. */
export function eventLoop(model: Model, report: Report<'event-loop'>): void {
  const flows = flowsOf(model);
  const mayLoop = [...flows.values()].some(
    ({ publishers, consumers }) => publishers.length > 0 && consumers.length > 0,
  );
  if (!mayLoop) return;
  const { nodes } = callGraph(model);
  const stepsFrom = (stop: Stop): Step[] => stepsOf(stop, flows, nodes);
  const stops: readonly Stop[] = [...flows.values(), ...nodes.values()];
  for (const loop of loopsOf(stops, (stop) => stepsFrom(stop).map(({ to }) => to), eventsFirst)) {
    const [first] = loop;
    if (first?.kind !== 'event') continue;
    const hops = loop.flatMap((stop, i) => {
      const step = stepsFrom(stop).find(({ to }) => to === (loop[i + 1] ?? first));
      return step ? [{ message: messageOf(stop, step.to), at: step.at() }] : [];
    });
    report({
      at: first.event.at,
      values: { loop: loop.map(nameOf) },
      related: hops,
      allowedAt: hops.map(({ at }) => at),
    });
  }
}

/** From an event to its handlers, from what handles or serves to what it publishes and calls. */
function stepsOf(stop: Stop, flows: ReadonlyMap<string, EventFlow>, nodes: ReadonlyMap<string, CallNode>): Step[] {
  if (stop.kind === 'event') {
    return stop.consumers.flatMap(({ id, event }): Step[] => {
      const to = nodes.get(id);
      return to ? [{ to, at: () => event.at }] : [];
    });
  }
  const publishes = stop.declaration.publishes.flatMap(({ event }): Step[] => {
    const to = flows.get(event.id ?? '');
    return to ? [{ to, at: () => event.at }] : [];
  });
  return [...publishes, ...stop.outgoing.map(({ to, item }): Step => ({ to, at: () => edgePlace(item) }))];
}

const nameOf = (stop: Stop): string => (stop.kind === 'event' ? stop.event.name : labelOf(stop.declaration));

function messageOf(from: Stop, to: Stop): string {
  if (from.kind === 'event') return `\`${nameOf(to)}\` handles \`${nameOf(from)}\``;
  return `\`${nameOf(from)}\` ${to.kind === 'event' ? 'publishes' : 'calls'} \`${nameOf(to)}\``;
}

const placeOf = (stop: Stop): Place => (stop.kind === 'event' ? stop.event.at : stop.declaration.at);

function eventsFirst(a: Stop, b: Stop): number {
  return Number(b.kind === 'event') - Number(a.kind === 'event') || comparePlaces(placeOf(a), placeOf(b));
}
