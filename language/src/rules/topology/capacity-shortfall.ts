import { type CallEdge, callGraph } from '../../model/call-graph.ts';
import { demandOn, ownLimitOf, rateOver } from '../../model/demand.ts';
import { deploymentOf, type RateOfReplicas, together } from '../../model/deployments.ts';
import { serverPolicy } from '../../model/effective-policy.ts';
import type { Model, Operation, Place, Service } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import { edgePlace } from '../edges.ts';
import { rateText } from '../explain/part-text.ts';
import { labelOf } from '../naming.ts';
import type { Finding, Report } from '../rule.ts';
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
    const replicas = replicasOf(model, service);
    if (!replicas && !service.operations.some((operation) => serverPolicy(model, operation).limit)) continue;
    const demands = service.operations.flatMap((operation) => demandOf(model, operation));
    const asked = demands.filter(({ rate }) => rate > 0);
    if (asked.length === 0) continue;
    const short = asked.flatMap((demand): [Demanded, Capacity][] => {
      const [least] = [limitOf(model, demand.operation), replicas]
        .flatMap((capacity) => (capacity && exceeds(demand.rate, capacity.rate) ? [capacity] : []))
        .sort((a, b) => a.rate - b.rate);
      return least ? [[demand, least]] : [];
    });
    for (const [{ operation, ...demand }, capacity] of short) {
      report({ at: operation.at, ...finding(model, `\`${labelOf(operation)}\``, demand, capacity) });
    }
    const admitted = asked.reduce(
      (sum, { operation, rate }) => sum + Math.min(rate, limitOf(model, operation)?.rate ?? rate),
      0,
    );
    if (short.length > 0 || !replicas || !exceeds(admitted, replicas.rate)) continue;
    const all = {
      rate: admitted,
      isComplete: demands.every(({ isComplete }) => isComplete),
      calls: asked.flatMap(({ calls }) => calls),
    };
    report({ at: service.at, ...finding(model, `all operations of \`${service.name}\` together`, all, replicas) });
  }
}

interface Demanded {
  readonly operation: Operation;
  readonly rate: number;
  readonly isComplete: boolean;
  readonly calls: readonly CallEdge[];
}

/** Of two operations of one name, the first alone is called. */
function demandOf(model: Model, operation: Operation): Demanded[] {
  const node = callGraph(model).nodes.get(operation.id);
  return node?.declaration === operation ? [{ operation, ...demandOn(model, node), calls: node.incoming }] : [];
}

/** `8 × 600/s × 12 replicas`: eight calls of each request, of which each replica of the caller admits so many. */
function callText(model: Model, edge: CallEdge): string {
  const { from, item } = edge;
  const { rate, isCut } = rateOver(model, edge);
  if (isCut) return shown(rate);
  const limit = from.kind === 'operation' ? ownLimitOf(model, from.declaration) : undefined;
  return `${item.times === 1 ? '' : `${item.times} × `}${limit ? productText(limit) : shown(rate / item.times)}`;
}

const productText = ({ each, replicas }: RateOfReplicas): string =>
  replicas === 1 ? shown(each) : `${shown(each)} × ${replicas} replicas`;

function limitOf(model: Model, operation: Operation): Capacity | undefined {
  const total = ownLimitOf(model, operation);
  const limit = serverPolicy(model, operation).limit;
  if (!total || !limit) return undefined;
  const product = total.replicas === 1 ? '' : ` (${productText(total)})`;
  const rate = together(total);
  return { rate, text: `its \`limit\` lets ${shown(rate)} through${product}`, at: limit.from.at };
}

function replicasOf(model: Model, service: Service): Capacity | undefined {
  const { capacity } = deploymentOf(model, service);
  if (!capacity) return undefined;
  const rate = together(capacity);
  const text = `\`${service.name}\` takes ${shown(rate)} at most (${productText(capacity)})`;
  return { rate, text, at: service.deploy?.scale?.at ?? service.at };
}

/** Rates such as `100/min` are no whole numbers per second. */
const exceeds = (demand: number, capacity: number): boolean => demand > capacity * (1 + 1e-9);

/** So many calls are shown, the largest first. */
const callsShown = 20;

function finding(
  model: Model,
  what: string,
  { rate, isComplete, calls }: Omit<Demanded, 'operation'>,
  capacity: Capacity,
): Pick<Finding<'capacity-shortfall'>, 'values' | 'related'> {
  const known = calls
    .map((edge) => ({ edge, rate: rateOver(model, edge).rate, text: callText(model, edge) }))
    .filter((call) => call.rate > 0)
    .sort((one, other) => other.rate - one.rate || comparePlaces(one.edge.item.at, other.edge.item.at));
  return {
    values: {
      what,
      demand: `${isComplete ? '' : 'at least '}${shown(rate)}`,
      sum: sumText(known.map(({ edge, text }) => `${labelOf(edge.from.declaration)} ${text}`)),
      capacity: capacity.text,
      over: shown(rate - capacity.rate),
      byReplica: known.some(({ text }) => text.endsWith('replicas')),
    },
    related: [
      { message: 'this is what it can take', at: capacity.at },
      ...known.slice(0, callsShown).map(({ edge, text }) => ({
        message: `\`${labelOf(edge.from.declaration)}\` may call this ${text}`,
        at: edgePlace(edge.item),
      })),
    ],
  };
}

/** With as many digits as tell anything. */
const shown = (rate: number): string =>
  rate > Number.MAX_SAFE_INTEGER ? `more than ${Number.MAX_SAFE_INTEGER}/s` : rateText(Number(rate.toPrecision(6)));
