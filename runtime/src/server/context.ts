/** Assembles what a handler is given: clients, resources and events that it declares, beside what every handler has. */

import type { Logger } from 'pino';
import type { Clients } from '../client.ts';
import type { CallerClients, CallScope } from '../client-caller.ts';
import type { Config } from '../config/config.ts';
import type { LiveConfig } from '../config/live.ts';
import type { CallContext, Principal } from '../context.ts';
import type { OperationDefinition } from '../definition.ts';
import type { Publisher } from '../events/publish.ts';
import { headersBy, Reply } from '../headers.ts';
import type { Clock } from '../policy/clock.ts';
import { signalOf } from '../policy/lazy-signal.ts';
import type { OpenResources } from '../resources/open.ts';
import type { IncomingCall } from './call.ts';

/** What a handler's context is made of, for one call. */
export interface HandlerScope extends CallScope {
  readonly log: Logger;
  readonly principal: Principal | undefined;
  /** Absent where an event is handled. */
  readonly call?: Pick<IncomingCall, 'header' | 'hasBegun' | 'reply'>;
}

export interface ContextDeps {
  readonly clock: Clock;
  readonly config: Pick<LiveConfig, 'current' | 'policies'>;
  readonly clients: Clients;
  readonly publisher: Publisher;
  readonly resources: OpenResources;
}

/** What a handler declares that it uses. */
export type Uses = Pick<OperationDefinition, 'calls' | 'publishes'>;

/** Makes the contexts of one handler. */
export type MakeContext = (scope: HandlerScope) => CallContext;

/** One run of a handler. */
interface Run {
  readonly scope: HandlerScope;
  /** Once it has asked for one: they count its calls together. */
  clients: CallerClients | undefined;
  /** As it was when it was first asked for: one run sees one configuration. */
  config: Config | undefined;
}

type Part = (run: Run) => unknown;

/**
 * Contexts look like plain objects, and may be spread like them, but each part is made when it is first asked for: a handler
 * that only answers pays for no log of its own, no signal and no clients.
 */
export function createContexts(deps: ContextDeps): (uses: Uses) => MakeContext {
  return (uses) => {
    const parts = partsOf(uses, deps);
    const names = [...parts.keys()];
    const partOf = (run: Run, name: string | symbol) => parts.get(name)?.(run);
    const lazily: ProxyHandler<Run> = {
      get: partOf,
      has: (_run, name) => parts.has(name),
      ownKeys: () => names,
      getOwnPropertyDescriptor: (run, name) =>
        parts.has(name) ? { value: partOf(run, name), enumerable: true, configurable: true } : undefined,
      set: () => false,
    };
    return (scope) =>
      new Proxy<Run>({ scope, clients: undefined, config: undefined }, lazily) as unknown as CallContext;
  };
}

function partsOf(
  uses: Uses,
  { clock, config, clients, publisher, resources }: ContextDeps,
): Map<string | symbol, Part> {
  const parts = new Map<string | symbol, Part>();
  const handler = config.policies.of(uses);
  for (const [name, { client }] of Object.entries(resources)) parts.set(name, () => client);
  for (const service of Object.keys(uses.calls)) {
    parts.set(service, (run) => {
      run.clients ??= clients.forCaller(handler.calls, run.scope);
      return run.clients[service];
    });
  }
  const own: Record<keyof CallContext | 'publish', Part> = {
    publish: ({ scope }) => publisher.forCaller(uses.publishes, scope),
    log: ({ scope }) => scope.log,
    signal: ({ scope }) => signalOf(scope.signal),
    remaining:
      ({ scope: { deadlineAt } }) =>
      () =>
        deadlineAt === undefined ? undefined : Math.max(0, deadlineAt - clock.now()),
    requestId: ({ scope }) => scope.requestId,
    trace: ({ scope }) => scope.trace,
    principal: ({ scope }) => scope.principal,
    headers: ({ scope: { call } }) => call && headersBy((name) => call.header(name)),
    reply: ({ scope: { call } }) => call && replyTo(call),
    config: (run) => {
      run.config ??= config.current;
      return run.config;
    },
  };
  for (const [name, part] of Object.entries(own)) parts.set(name, part);
  return parts;
}

function replyTo(call: NonNullable<HandlerScope['call']>): Reply {
  call.reply ??= new Reply(() => call.hasBegun);
  return call.reply;
}
