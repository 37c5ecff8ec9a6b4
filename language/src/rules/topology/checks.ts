import type { CallNode } from '../../model/call-graph.ts';
import { condensation } from '../../model/condensation.ts';
import { loopsOfKnots } from '../../model/loops.ts';
import type { CallItem, Fix, Model, Service } from '../../model/model.ts';
import { before, behind, comparePlaces } from '../../model/place.ts';
import { edgePlace } from '../edges.ts';
import { local } from '../local.ts';
import { callersOf, itemsOf } from '../model-parts.ts';
import { labelOf } from '../naming.ts';
import type { Checks, Report } from '../rule.ts';
import { capacityShortfall } from './capacity-shortfall.ts';
import { contextCycle, contextViolation } from './contexts.ts';
import { deadlineInversion } from './deadline-inversion.ts';
import { deepChain } from './deep-chain.ts';
import { orphan } from './orphan.ts';
import { readinessCycle, readinessOnPeer } from './readiness.ts';
import { retryAmplification } from './retry-amplification.ts';
import { serviceCycle } from './service-cycle.ts';
import { sharedDatabase } from './shared-database.ts';
import { singlePointOfFailure } from './single-point-of-failure.ts';
import { sloAvailability } from './slo-availability.ts';
import { sloLatency } from './slo-latency.ts';
import { unusedDependency } from './unused-dependency.ts';
import { wideFanout } from './wide-fanout.ts';

const undeclaredDependency = local<'undeclared-dependency'>((part, report) => {
  for (const service of part.services) {
    for (const items of undeclaredCalls(service).values()) {
      const [first, ...others] = items.sort((a, b) => comparePlaces(a.at, b.at)) as [CallItem, ...CallItem[]];
      const target = first.target.name.slice(0, first.target.name.lastIndexOf('.'));
      report({
        at: first.target.at,
        values: { service: service.name, target, others: others.length },
        related: others.map((item) => ({ message: `\`${item.target.name}\` is called here`, at: item.target.at })),
        fixes: use(service, target),
      });
    }
  }
});

/** The calls of what `uses` does not name, by the full name of the service that they call. */
function undeclaredCalls(service: Service): ReadonlyMap<string, CallItem[]> {
  const declared = new Set<string | undefined>([service.id]);
  for (const { target } of service.uses) declared.add(target.id);
  const missing = new Map<string, CallItem[]>();
  for (const caller of callersOf(service)) {
    for (const item of itemsOf(caller)) {
      if (item.service === undefined || declared.has(item.service)) continue;
      const items = missing.get(item.service);
      if (items) items.push(item);
      else missing.set(item.service, [item]);
    }
  }
  return missing;
}

/** A `uses` of its own, so that it takes nobody's policy: below the others, or before the first operation. */
function use(service: Service, target: string): Fix[] {
  const title = `Add \`uses ${target}\` to \`${service.name}\``;
  const indent = ' '.repeat(service.extent.start.column + 1);
  const last = service.uses.at(-1);
  if (last) {
    // A policy belongs to all that its `uses` names: the end of the statement is the end of the policy.
    return [{ title, edits: [{ at: behind(last.with?.at ?? last.target.at), text: `\n${indent}uses ${target}` }] }];
  }
  const [first] = [...callersOf(service)].sort((a, b) => comparePlaces(a.extent, b.extent));
  return first ? [{ title, edits: [{ at: before(first.extent), text: `uses ${target}\n\n${indent}` }] }] : [];
}

function callCycle(model: Model, report: Report<'call-cycle'>): void {
  const next = ({ outgoing }: CallNode): CallNode[] => outgoing.map(({ to }) => to);
  const byPlace = (a: CallNode, b: CallNode): number => comparePlaces(a.declaration.at, b.declaration.at);
  for (const loop of loopsOfKnots(condensation(model).knots, next, byPlace)) {
    const hops = loop.flatMap((node, i) => {
      const to = loop[i + 1] ?? loop[0];
      return node.outgoing.find((edge) => edge.to === to) ?? [];
    });
    const [first, ...others] = hops;
    if (!first) continue;
    report({
      at: edgePlace(first.item),
      values: { loop: loop.map(({ declaration }) => labelOf(declaration)) },
      related: others.map(({ from, to, item }) => ({
        message: `\`${labelOf(from.declaration)}\` calls \`${labelOf(to.declaration)}\``,
        at: edgePlace(item),
      })),
      allowedAt: others.map(({ item }) => item.at),
    });
  }
}

export const topology = {
  'undeclared-dependency': undeclaredDependency,
  'unused-dependency': unusedDependency,
  'call-cycle': callCycle,
  'service-cycle': serviceCycle,
  'readiness-cycle': readinessCycle,
  'readiness-on-peer': readinessOnPeer,
  'retry-amplification': retryAmplification,
  'deadline-inversion': deadlineInversion,
  'capacity-shortfall': capacityShortfall,
  'slo-availability': sloAvailability,
  'slo-latency': sloLatency,
  'single-point-of-failure': singlePointOfFailure,
  'shared-database': sharedDatabase,
  'context-violation': contextViolation,
  'context-cycle': contextCycle,
  'deep-chain': deepChain,
  'wide-fanout': wideFanout,
  orphan,
} satisfies Partial<Checks>;
