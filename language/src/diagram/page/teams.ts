import type { PageData, PageNode } from './data.ts';

/** So many colours there are for teams and contexts; with more of them they come again. */
export const palette = 8;

/** Who owns what, and which contexts there are, each with its number. */
export interface Teams {
  readonly owners: ReadonlyMap<string, number>;
  readonly contexts: ReadonlyMap<string, number>;
}

/** Of all that there is, drawn or folded up: colours stay when something is folded. */
export function teamsOf({ nodes, groups }: PageData): Teams {
  const numbered = (names: readonly string[]): ReadonlyMap<string, number> =>
    new Map([...new Set(names)].sort().map((name, i) => [name, i]));
  return {
    owners: numbered(nodes.flatMap(({ owner }) => owner ?? [])),
    contexts: numbered(groups.flatMap(({ kind, id }) => (kind === 'context' ? [id] : []))),
  };
}

/** The team or context of a node; its own where it is a context that is folded up. */
export function teamOf(
  by: 'ownership' | 'contexts',
  { owner, group, id }: PageNode,
  { owners, contexts }: Teams,
): number | undefined {
  return by === 'ownership' ? owners.get(owner ?? '') : (contexts.get(group ?? '') ?? contexts.get(id));
}
