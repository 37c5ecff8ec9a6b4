import { type CallNode, callGraph } from '../../model/call-graph.ts';
import { loopsOf } from '../../model/loops.ts';
import type { Model, Place } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import type { Related } from '../diagnostic.ts';
import { edgePlace } from '../edges.ts';
import { labelOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { type EventFlow, flowsOf } from './flows.ts';

type Stop = EventFlow | CallNode;

interface Step extends Related {
  readonly to: Stop;
}

/** A loop of calls alone is for `call-cycle` to tell: here, an event begins each. */
export function eventLoop(model: Model, report: Report<'event-loop'>): void {
  const steps = stepsOf(model);
  const stepsFrom = (stop: Stop): readonly Step[] => steps.get(stop) ?? [];
  for (const loop of loopsOf([...steps.keys()], (stop) => stepsFrom(stop).map(({ to }) => to), eventsFirst)) {
    const [first] = loop;
    if (first?.kind !== 'event') continue;
    const hops = loop.flatMap((stop, i) => stepsFrom(stop).find(({ to }) => to === (loop[i + 1] ?? first)) ?? []);
    report({
      at: first.event.at,
      values: { loop: loop.map(nameOf) },
      related: hops.map(({ message, at }) => ({ message, at })),
      allowedAt: hops.map(({ at }) => at),
    });
  }
}

/** From an event to its handlers, from what handles or serves to what it calls and publishes. */
function stepsOf(model: Model): ReadonlyMap<Stop, readonly Step[]> {
  const { nodes, outgoing } = callGraph(model);
  const flows = flowsOf(model);
  const steps = new Map<Stop, readonly Step[]>();
  for (const flow of flows.values()) steps.set(flow, handled(flow, nodes));
  for (const node of nodes.values()) {
    const from = labelOf(node.declaration);
    const calls = (outgoing.get(node.id) ?? []).map(
      ({ to, item }): Step => ({ to, message: `\`${from}\` calls \`${nameOf(to)}\``, at: edgePlace(item) }),
    );
    const publishes = node.declaration.publishes.flatMap(({ event }): Step[] => {
      const to = flows.get(event.id ?? '');
      return to ? [{ to, message: `\`${from}\` publishes \`${nameOf(to)}\``, at: event.at }] : [];
    });
    steps.set(node, [...publishes, ...calls]);
  }
  return steps;
}

function handled(flow: EventFlow, nodes: ReadonlyMap<string, CallNode>): readonly Step[] {
  return flow.consumers.flatMap((consumer): Step[] => {
    const to = nodes.get(consumer.id);
    return to ? [{ to, message: `\`${labelOf(consumer)}\` handles \`${nameOf(flow)}\``, at: consumer.event.at }] : [];
  });
}

const nameOf = (stop: Stop): string => (stop.kind === 'event' ? stop.event.name : labelOf(stop.declaration));

const placeOf = (stop: Stop): Place => (stop.kind === 'event' ? stop.event.at : stop.declaration.at);

function eventsFirst(a: Stop, b: Stop): number {
  return Number(b.kind === 'event') - Number(a.kind === 'event') || comparePlaces(placeOf(a), placeOf(b));
}
