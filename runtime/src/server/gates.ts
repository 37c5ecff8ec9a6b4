/** What stands before an operation: its server policy, each part as early as what it needs to know is known. */

import type { Principal } from '../context.ts';
import type { LimitKey, OperationDefinition } from '../definition.ts';
import { type Admission, createAdmission } from '../policy/admission.ts';
import type { PolicyState } from '../policy/state.ts';
import type { IncomingCall } from './call.ts';

export interface Gates {
  /** Shed, limit and bulkhead, before the call is looked at. */
  readonly early: Admission;
  /** Limits that need to know the caller or the request. */
  readonly late: Admission | undefined;
}

export function gatesOf(definition: OperationDefinition, state: PolicyState): Gates {
  const { limit, ...rest } = definition.policy;
  const isLate = limit?.key?.by === 'principal' || limit?.key?.by === 'field';
  const early = createAdmission(limit && !isLate ? { ...rest, limit } : rest, state, definition.name);
  return { early, late: isLate ? createAdmission({ limit }, state, definition.name) : undefined };
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
