/** An operation as transports see it: calls go in, answers come out. */

import type { OperationDefinition } from '../definition.ts';
import type { Transport } from '../observe/observe.ts';
import type { Tally } from '../observe/tally.ts';
import type { AdmittedCall } from '../policy/admission.ts';
import type { Abortable } from '../policy/lazy-signal.ts';
import { Answering, type Handler, type OperationDeps, type OperationParts } from './answering.ts';
import type { CallIdentity, IncomingCall } from './call.ts';
import { gatesOf, successorsOf } from './gates.ts';
import { pump } from './pump.ts';

export type { Handler } from './answering.ts';

export interface OperationServer {
  readonly definition: OperationDefinition;
  /** Answers a call with one response, encoded. Rejects only with what the caller may know. */
  unary<T>(call: IncomingCall, identity: CallIdentity, encode: (response: unknown) => T): Promise<T>;
  /** Answers a call with a stream. `send` resolves when more may be sent. Rejects only with what the caller may know. */
  stream(call: IncomingCall, identity: CallIdentity, send: (item: unknown) => Promise<void>): Promise<void>;
}

export function createOperationServer(
  definition: OperationDefinition,
  handler: Handler,
  deps: OperationDeps,
): OperationServer {
  const tallies: Partial<Record<Transport, Tally>> = {};
  const { name } = definition;
  const live = deps.policies.of(definition);
  const parts = {
    definition,
    handler,
    deps,
    policy: live.policy,
    gates: gatesOf({ name, policy: live.policy }, deps.state),
    contextOf: deps.contextsOf(definition),
    tallyOf(transport: Transport): Tally {
      tallies[transport] ??= deps.metrics.tallies.of(name, transport);
      return tallies[transport];
    },
  } satisfies OperationParts;
  live.watch(({ policy }) => {
    if (policy === parts.policy) return;
    parts.policy = policy;
    parts.gates = successorsOf(parts.gates, policy);
  });
  const keeps = keepsAnswers(definition);
  return {
    definition,
    unary: (call, identity, encode) =>
      new Answering(parts, call, identity).settle(async (answering) => {
        const response = await answering.admitted((admitted) => {
          const answer = (lifetime: Abortable) => answering.once(() => answering.handle(lifetime));
          return keeps ? kept(answering, admitted, answer) : answer(admitted.lifetime);
        });
        return answering.blamed(() => encode(response));
      }),
    stream: (call, identity, send) =>
      new Answering(parts, call, identity).settle((answering) =>
        answering.admitted(async ({ lifetime, signal }) => {
          const items = await answering.handle(lifetime);
          await pump(blaming(items as AsyncIterable<unknown>, answering), send, signal);
        }),
      ),
  };
}

/** A stream has no one answer that could be kept. */
function keepsAnswers({ policy, stream }: OperationDefinition): boolean {
  return policy.cache !== undefined && stream === undefined;
}

/** An answer from the operation's cache, with what its handler had added to it. */
async function kept(
  { request, whose, call }: Answering,
  { cached }: AdmittedCall,
  answer: (lifetime: Abortable) => Promise<unknown>,
): Promise<unknown> {
  const { response, reply } = await cached(request, whose, async (signal) => {
    const fresh = await answer(signal);
    return { response: fresh, reply: call.reply };
  });
  call.reply = reply;
  return response;
}

/** A handler's items, each failure turned into what may be answered. */
function blaming(items: AsyncIterable<unknown>, answering: Answering): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = answering.blamed(() => items[Symbol.asyncIterator]());
      const { span } = answering.identity;
      const next = () => answering.blamed(() => iterator.next());
      return {
        // A generator runs where it is asked for its next item, not where it was made.
        next: span === undefined ? next : () => span.run(next),
        return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}
