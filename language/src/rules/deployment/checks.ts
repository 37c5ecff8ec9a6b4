import type { Checks } from '../rule.ts';

export const deployment = {} satisfies Partial<Checks>;
