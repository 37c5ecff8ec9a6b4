import { createRequire } from 'node:module';
import type { ts } from 'ts-morph';

/** TypeScript's parser, loaded when a person's file first has to be read: most builds need none, and it takes long to load. */
export const typescriptParser = (): typeof ts => (createRequire(import.meta.url)('ts-morph') as { ts: typeof ts }).ts;
