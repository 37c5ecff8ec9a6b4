import { fileURLToPath } from 'node:url';

/** The program of a thread that lays out. Sources (.ts) and what is built from them (.js) differ in its name. */
export const layoutProgram = (): string =>
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './answer.ts' : './answer.js', import.meta.url));
