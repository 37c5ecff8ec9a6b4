import { indexOf } from '../../model/index-of.ts';
import { loopsOf } from '../../model/loops.ts';
import type { External, Model, Ref, Service } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import { strongComponents } from '../../model/strong-components.ts';
import type { Report } from '../rule.ts';

type Peer = Service | External;
type Needs = ReadonlyMap<Peer, ReadonlyMap<Peer, Ref>>;

export function readinessCycle(model: Model, report: Report<'readiness-cycle'>): void {
  const needs = needsOf(model);
  for (const loop of loopsOf([...needs.keys()], nextOf(needs), (a, b) => comparePlaces(a.at, b.at))) {
    const hops = loop.flatMap((peer, i) => {
      const to = loop[i + 1] ?? (loop[0] as Peer);
      const ref = needs.get(peer)?.get(to);
      return ref ? [{ message: `\`${peer.name}\` waits for \`${to.name}\``, at: ref.at }] : [];
    });
    const [first, ...others] = hops;
    if (!first) continue;
    report({
      at: first.at,
      values: { loop: loop.map(({ name }) => name) },
      related: others,
      allowedAt: others.map(({ at }) => at),
    });
  }
}

export function readinessOnPeer(model: Model, report: Report<'readiness-on-peer'>): void {
  const needs = needsOf(model);
  const knots = new Map(
    strongComponents(needs.keys(), nextOf(needs)).flatMap((knot, i) => knot.map((peer) => [peer, i] as const)),
  );
  for (const [service, peers] of needs) {
    for (const [peer, { at }] of peers) {
      // In a loop the worse is said already: none of its members ever gets ready.
      if (knots.get(service) === knots.get(peer)) continue;
      report({ at, values: { service: service.name, peer: peer.name } });
    }
  }
}

/** The services and externals that a service waits for before it is ready, each with its first place in `needs`. */
function needsOf(model: Model): Needs {
  const { services, externals, resources } = indexOf(model);
  const needs = new Map<Peer, ReadonlyMap<Peer, Ref>>();
  for (const service of services.values()) {
    const peers = new Map<Peer, Ref>();
    for (const ref of service.health.ready?.needs ?? []) {
      // Where a resource has the same full name, it is the resource that is asked.
      if (ref.id === undefined || resources.has(ref.id)) continue;
      const peer = services.get(ref.id) ?? externals.get(ref.id);
      if (peer && !peers.has(peer)) peers.set(peer, ref);
    }
    if (peers.size > 0) needs.set(service, peers);
  }
  return needs;
}

const nextOf =
  (needs: Needs) =>
  (peer: Peer): Peer[] => [...(needs.get(peer)?.keys() ?? [])];
