import type { Service } from './model.ts';

/** What `@allow(name, "reason")` above a service leaves out of its deployment, though checkers of deployments ask for it. */
export const optOuts = {
  'no-cpu-limit': 'its pods may use all of the cpu that is free',
  'no-network-policy': 'the network policy of the cluster is left to others',
  'root-user': 'its image runs as whoever it names, root included',
  'unpinned-image': 'its image has no tag, or one that moves',
  'writable-root': 'it writes to its root file system',
} as const satisfies Readonly<Record<string, string>>;

export type OptOut = keyof typeof optOuts;

export const isOptOut = (name: string): name is OptOut => Object.hasOwn(optOuts, name);

/** What a service opts out of, and why. */
export const optOutsOf = ({ allows }: Pick<Service, 'allows'>): ReadonlyMap<OptOut, string> =>
  new Map(allows.flatMap(({ rule, reason }) => (isOptOut(rule) ? [[rule, reason] as const] : [])));
