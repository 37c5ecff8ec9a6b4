/** What stands before an operation: its server policy, each part as early as what it needs to know is known. */

import type { Principal } from '../context.ts';
import type { LimitKey, OperationDefinition, ServerPolicy } from '../definition.ts';
import { type Admission, createAdmission } from '../policy/admission.ts';
import type { PolicyState } from '../policy/state.ts';
import type { IncomingCall } from './call.ts';

export interface Gates {
  /** Shed, limit and bulkhead, before the call is looked at. */
  readonly early: Admission;
  /** Limits that need to know the caller or the request. */
  readonly late: Admission | undefined;
}

export function gatesOf({ name, policy }: Pick<OperationDefinition, 'name' | 'policy'>, state: PolicyState): Gates {
  const { early, late } = parted(policy);
  return { early: createAdmission(early, state, name), late: late && createAdmission(late, state, name) };
}

/** The gates of the same parts with other numbers; they know what the old ones do. */
export function successorsOf(gates: Gates, policy: ServerPolicy): Gates {
  const { early, late } = parted(policy);
  return { early: gates.early.successor(early), late: late && gates.late?.successor(late) };
}

function parted({ limit, ...rest }: ServerPolicy): { readonly early: ServerPolicy; readonly late?: ServerPolicy } {
  const isLate = limit?.key?.by === 'principal' || limit?.key?.by === 'field';
  if (isLate) return { early: rest, late: { limit } };
  return { early: limit === undefined ? rest : { ...rest, limit } };
}

/** What a limit counts by. */
export function limitKey(
  key: LimitKey,
  call: IncomingCall,
  principal: Principal | undefined,
  request: unknown,
): string {
  switch (key.by) {
    case 'client.ip':
      return call.ip;
    case 'principal':
      return principal === undefined ? `anonymous ${call.ip}` : `${principal.auth} ${principal.subject}`;
    case 'header':
      return call.header(key.name.toLowerCase()) ?? '';
    case 'field':
      return String((request as Record<string, unknown> | undefined)?.[key.name] ?? '');
  }
}
