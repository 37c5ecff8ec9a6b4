import { type CallEdge, callGraph } from '../../model/call-graph.ts';
import { demandOn, ownLimitOf, rateOver } from '../../model/demand.ts';
import { deploymentOf } from '../../model/deployments.ts';
import { serverPolicy } from '../../model/effective-policy.ts';
import { indexOf } from '../../model/index-of.ts';
import type { Model, Operation, Place, Service } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import type { Related } from '../diagnostic.ts';
import { edgePlace } from '../edges.ts';
import { rateText } from '../explain/part-text.ts';
import { labelOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { sumText } from './sum-text.ts';

/** What an operation or a service can take, in calls per second, and how that is said. */
interface Capacity {
  readonly rate: number;
  readonly text: string;
  readonly at: Place;
}

/**
 * Each operation against its own `limit` and against what all replicas of its service take; then the operations of a
 * service together, if none of them alone is too much. What an operation's own limit refuses reaches no replica.
 */
export function capacityShortfall(model: Model, report: Report<'capacity-shortfall'>): void {
  for (const service of model.services) {
    const demands = service.operations
      .filter((operation) => indexOf(model).operations.get(operation.id) === operation)
      .map((operation) => demandOf(model, operation));
    const asked = demands.filter(({ rate }) => rate > 0);
    if (asked.length === 0) continue;
    const replicas = replicasOf(model, service);
    const short = asked.flatMap((demand): [Demanded, Capacity][] => {
      const [least] = [limitOf(model, demand.operation), replicas]
        .flatMap((capacity) => (capacity && exceeds(demand.rate, capacity.rate) ? [capacity] : []))
        .sort((a, b) => a.rate - b.rate);
      return least ? [[demand, least]] : [];
    });
    for (const [{ operation, ...demand }, capacity] of short) {
      report({ at: operation.at, ...finding(`\`${labelOf(operation)}\``, demand, capacity) });
    }
    const admitted = asked.reduce(
      (sum, { operation, rate }) => sum + Math.min(rate, limitOf(model, operation)?.rate ?? rate),
      0,
    );
    if (short.length > 0 || !replicas || !exceeds(admitted, replicas.rate)) continue;
    const together = {
      rate: admitted,
      isComplete: demands.every(({ isComplete }) => isComplete),
      calls: asked.flatMap(({ calls }) => calls),
    };
    report({ at: service.at, ...finding(`all operations of \`${service.name}\` together`, together, replicas) });
  }
}

interface Demanded {
  readonly operation: Operation;
  readonly rate: number;
  readonly isComplete: boolean;
  readonly calls: readonly { readonly edge: CallEdge; readonly rate: number }[];
}

function demandOf(model: Model, operation: Operation): Demanded {
  const calls = (callGraph(model).incoming.get(operation.id) ?? []).map((edge) => ({
    edge,
    rate: rateOver(model, edge).rate,
  }));
  return { operation, ...demandOn(model, { kind: 'operation', id: operation.id, declaration: operation }), calls };
}

function limitOf(model: Model, operation: Operation): Capacity | undefined {
  const rate = ownLimitOf(model, operation);
  const limit = serverPolicy(model, operation).limit;
  if (rate === undefined || !limit) return undefined;
  const times = Math.round(rate / limit.value.rate);
  const each = times === 1 ? '' : ` (${rateText(limit.value.rate)} × ${times} replicas)`;
  return { rate, text: `its \`limit\` lets ${shown(rate)} through${each}`, at: limit.from.at };
}

function replicasOf(model: Model, service: Service): Capacity | undefined {
  const { rate, replicas } = deploymentOf(model, service);
  const at = service.deploy?.scale?.at ?? service.at;
  if (rate === undefined) return undefined;
  return { rate, text: `${replicas.max} replicas of \`${service.name}\` take ${shown(rate)}`, at };
}

/** Rates such as `100/min` are no whole numbers per second. */
const exceeds = (demand: number, capacity: number): boolean => demand > capacity * (1 + 1e-9);

/** So many calls are shown, the largest first. */
const callsShown = 20;

function finding(
  what: string,
  { rate, isComplete, calls }: Omit<Demanded, 'operation'>,
  capacity: Capacity,
): { values: { what: string; demand: string; sum: string; capacity: string; over: string }; related: Related[] } {
  const known = calls
    .filter((call) => call.rate > 0)
    .sort((a, b) => b.rate - a.rate || comparePlaces(a.edge.item.at, b.edge.item.at));
  return {
    values: {
      what,
      demand: `${isComplete ? '' : 'at least '}${shown(rate)}`,
      sum: sumText(known.map((call) => `${labelOf(call.edge.from.declaration)} ${callText(call)}`)),
      capacity: capacity.text,
      over: shown(rate - capacity.rate),
    },
    related: [
      { message: 'this is what it can take', at: capacity.at },
      ...known.slice(0, callsShown).map((call) => ({
        message: `\`${labelOf(call.edge.from.declaration)}\` may call this ${callText(call)}`,
        at: edgePlace(call.edge.item),
      })),
    ],
  };
}

/** `3 × 100/s` for three calls of each of a hundred requests. */
function callText({ edge: { item }, rate }: Demanded['calls'][number]): string {
  return item.times === 1 ? shown(rate) : `${item.times} × ${shown(rate / item.times)}`;
}

/** With as many digits as tell anything. */
const shown = (rate: number): string =>
  rate > Number.MAX_SAFE_INTEGER ? `more than ${Number.MAX_SAFE_INTEGER}/s` : rateText(Number(rate.toPrecision(6)));
