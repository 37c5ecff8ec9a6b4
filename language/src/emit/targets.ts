import type { Emitter } from './emitter.ts';

/** The targets of `weir build`, in the order in which they are written. Each is loaded when it is first needed. */
export const targets = {
  typescript: async () => (await import('./typescript/index.ts')).typescriptEmitter,
  proto: async () => (await import('./proto/index.ts')).protoEmitter,
  openapi: async () => (await import('./openapi/index.ts')).openApiEmitter,
  asyncapi: async () => (await import('./asyncapi/index.ts')).asyncApiEmitter,
  kubernetes: async () => (await import('./kubernetes/index.ts')).kubernetesEmitter,
  helm: async () => (await import('./helm/index.ts')).helmEmitter,
  observability: async () => (await import('./observability/index.ts')).observabilityEmitter,
  compose: async () => (await import('./compose/index.ts')).composeEmitter,
  topology: async () => (await import('./topology/index.ts')).loadTopologyEmitter(),
} as const satisfies Readonly<Record<string, () => Promise<Emitter>>>;

export type TargetName = keyof typeof targets;

export const targetNames = Object.keys(targets) as readonly TargetName[];

/** What a build writes when nobody says. The picture takes as long as all else in large systems, so it waits to be asked for. */
export const defaultTargets: readonly TargetName[] = [
  'typescript',
  'proto',
  'openapi',
  'asyncapi',
  'kubernetes',
  'helm',
  'observability',
  'compose',
];

export const isTarget = (name: string): name is TargetName => Object.hasOwn(targets, name);
