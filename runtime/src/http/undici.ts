/** undici, loaded when it is needed: it is a tenth of what a service that calls nobody over HTTP would load at its start. */

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let loaded: typeof import('undici') | undefined;

export function undici(): typeof import('undici') {
  loaded ??= require('undici') as typeof import('undici');
  return loaded;
}
