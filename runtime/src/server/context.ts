/** Assembles what a handler is given: clients, resources and events that it declares, beside what every handler has. */

import type { Clients } from '../client.ts';
import type { Config } from '../config/config.ts';
import type { CallContext } from '../context.ts';
import type { OperationDefinition } from '../definition.ts';
import type { Publisher } from '../events/publish.ts';
import type { Clock } from '../policy/clock.ts';
import type { OpenResources } from '../resources/open.ts';
import type { HandlerScope } from './answering.ts';

export interface ContextDeps {
  readonly clock: Clock;
  readonly config: Config;
  readonly clients: Clients;
  readonly publisher: Publisher;
  readonly resources: OpenResources;
}

/** What a handler declares that it uses. */
export type Uses = Pick<OperationDefinition, 'calls' | 'publishes'>;

export function createContexts(deps: ContextDeps): (uses: Uses, scope: HandlerScope) => CallContext {
  const { clock, config, clients, publisher } = deps;
  const resources = Object.fromEntries(Object.entries(deps.resources).map(([name, { client }]) => [name, client]));
  return (uses, scope) => {
    const { log, signal, deadlineAt, trace, requestId, principal, idempotencyKey } = scope;
    const caller = {
      signal,
      deadlineAt,
      trace,
      requestId,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    };
    return {
      ...resources,
      ...clients.forCaller(uses.calls, caller),
      publish: publisher.forCaller(uses.publishes, { trace, requestId }),
      log,
      signal,
      remaining: () => (deadlineAt === undefined ? undefined : Math.max(0, deadlineAt - clock.now())),
      requestId,
      trace,
      principal,
      config,
    };
  };
}
