/** How a call that a handler makes shows who it is made for. */

import type { Principal } from '../context.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { HeaderReader } from './auth.ts';

/** What admitted a caller, to be shown again by calls on its behalf. */
export interface Credentials {
  /** The name of the `auth` declaration that it belongs to. */
  readonly auth: string;
  /** Whose it is: answers to calls with it are for nobody else. */
  readonly whose: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

export type CredentialsOf = (principal: Principal, header: HeaderReader) => Credentials | undefined;

/**
 * The token or key that admitted a caller. A call on its behalf carries it to operations of this system that name the same
 * `auth`, and to no other: who was to see it is who issued it for that `auth`. A certificate is the connection's and goes nowhere.
 */
export function forwarding({ auth }: Pick<ServiceDefinition, 'auth'>): CredentialsOf {
  return (principal, header) => {
    const declared = auth[principal.auth];
    if (declared === undefined || declared.kind === 'mtls') return undefined;
    const name = declared.kind === 'jwt' ? 'authorization' : declared.header.toLowerCase();
    const value = header(name);
    if (value === undefined) return undefined;
    return { auth: principal.auth, whose: `${principal.auth} ${principal.subject}`, headers: { [name]: value } };
  };
}
