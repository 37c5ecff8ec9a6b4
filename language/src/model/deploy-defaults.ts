import type { Service } from './model.ts';

/** How long a shutdown may take where `drain` is left out, in milliseconds: Kubernetes' own grace period. */
export const defaultDrain = 30_000;

/** How a probe asks where it does not say: seconds between two, seconds for each, and how many may fail. */
export const defaultProbes: Readonly<
  Record<keyof Service['health'], { readonly period: number; readonly timeout: number; readonly failures: number }>
> = {
  startup: { period: 2, timeout: 1, failures: 30 },
  ready: { period: 5, timeout: 2, failures: 3 },
  live: { period: 10, timeout: 2, failures: 6 },
};
