import type { Checks } from '../rule.ts';

export const events = {} satisfies Partial<Checks>;
