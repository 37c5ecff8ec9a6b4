import { createHash } from 'node:crypto';
import type { Diagnostic } from '../rules/index.ts';

/**
 * What a finding is, wherever its lines have moved to: its rule, the declaration that it stands in, and its message. The
 * arithmetic belongs to it: a finding that gets worse is another one. 16 hexadecimal digits are 64 bits: by the birthday
 * bound two of 100,000 findings are taken for one with a chance below one in a thousand million.
 */
export function fingerprintOf({ rule, within = '', message }: Pick<Diagnostic, 'rule' | 'within' | 'message'>): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, within, message]))
    .digest('hex')
    .slice(0, 16);
}
