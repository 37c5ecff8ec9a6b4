interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** The node with all that leads to it over at most `up` arrows, and all that it leads to over at most `down`. */
export function reach(arrows: readonly Arrow[], id: string, up: number, down: number): ReadonlySet<string> {
  const upward = walk(
    id,
    up,
    Map.groupBy(arrows, ({ to }) => to),
    ({ from }) => from,
  );
  const downward = walk(
    id,
    down,
    Map.groupBy(arrows, ({ from }) => from),
    ({ to }) => to,
  );
  return new Set([...upward, ...downward]);
}

function walk(
  start: string,
  hops: number,
  arrowsAt: ReadonlyMap<string, readonly Arrow[]>,
  next: (arrow: Arrow) => string,
): ReadonlySet<string> {
  const seen = new Set([start]);
  let edge = [start];
  for (let hop = 0; hop < hops && edge.length > 0; hop += 1) {
    edge = edge.flatMap((id) => (arrowsAt.get(id) ?? []).map(next)).filter((id) => !seen.has(id));
    for (const id of edge) seen.add(id);
  }
  return seen;
}
