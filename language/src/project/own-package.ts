import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the package `@weir/language`; sources and what is built from them lie equally deep in it. */
export const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

let read: { readonly version: string } | undefined;

/** The schema of weir.json, anew each time. */
export function configSchema(): { properties: Record<string, unknown> } {
  return JSON.parse(readFileSync(new URL('../../weir.schema.json', import.meta.url), 'utf8'));
}

/** The version of Weir. The runtime has the same: the packages are published together. */
export function packageVersion(): string {
  read ??= JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return read.version;
}
