import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the package `@weir/language`; sources and what is built from them lie equally deep in it. */
export const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The file of a program that this package starts, `drawing/answer` say: a source, or what is built from it. */
export const programFile = (name: string): string =>
  join(packageFolder, ...(import.meta.url.endsWith('.ts') ? ['src', `${name}.ts`] : ['dist', `${name}.js`]));

let read: { readonly version: string } | undefined;

/** The version of Weir. The runtime has the same: the packages are published together. */
export function packageVersion(): string {
  read ??= JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return read.version;
}
