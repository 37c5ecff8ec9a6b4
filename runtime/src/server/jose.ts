/** jose, loaded when a token is to be checked: it is a seventh of what a service without tokens would load at its start. */

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let loaded: typeof import('jose') | undefined;

export function jose(): typeof import('jose') {
  loaded ??= require('jose') as typeof import('jose');
  return loaded;
}
