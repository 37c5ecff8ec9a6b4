import type { Hop } from '@weir/runtime';

/** A hop with when it began and how deep it stands below the one that caused it. */
export interface Step {
  readonly hop: Hop;
  /** Milliseconds since the first hop began. */
  readonly at: number;
  readonly depth: number;
}

interface Timed {
  readonly hop: Hop;
  readonly began: number;
  readonly ended: number;
}

/** Collects hops as they are reported, at their end, and tells them as a tree: each below the one that caused it. */
export class Journey {
  private readonly hops: Timed[] = [];

  readonly add = (hop: Hop): void => {
    const ended = performance.now();
    this.hops.push({ hop, began: ended - hop.latency, ended });
  };

  steps(except: (hop: Hop) => boolean): Step[] {
    const kept = this.hops.filter(({ hop }) => !except(hop)).sort((a, b) => a.began - b.began);
    const start = kept[0]?.began ?? 0;
    const causeOf = new Map(kept.map((hop) => [hop, kept.findLast((other) => causes(other, hop))]));
    const below = (cause: Timed | undefined, depth: number): Step[] =>
      kept
        .filter((hop) => causeOf.get(hop) === cause)
        .flatMap((hop) => [{ hop: hop.hop, at: hop.began - start, depth }, ...below(hop, depth + 1)]);
    return below(undefined, 0);
  }
}

/** A call is caused by what had led to its service and was still going on; an event stands for itself. */
function causes(outer: Timed, inner: Timed): boolean {
  if (outer === inner || inner.hop.transport === 'event' || outer.hop.traceId !== inner.hop.traceId) return false;
  return outer.hop.to === inner.hop.from && outer.began <= inner.began && inner.began <= outer.ended;
}
