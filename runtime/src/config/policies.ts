/** The policies of a service as they hold now, by handler. */

import { isDeepStrictEqual } from 'node:util';
import type { ClientPolicy, ServerPolicy } from '../definition.ts';
import type { Calls, Governed, HandlerPolicies } from './tuned.ts';

/** What holds for one handler; `calls` and `policy` are to be read anew for each call. */
export interface LiveHandler extends HandlerPolicies {
  /** Called after each change. */
  watch(listener: (now: HandlerPolicies) => void): void;
}

/** Told of each edge whose policy changes, before calls go by the new one. */
export type OnEdgeChange = (
  service: string,
  operation: string,
  change: { readonly from: ClientPolicy; readonly to: ClientPolicy },
) => void;

export class LivePolicies {
  readonly #handlers = new Map<Governed, Live>();

  constructor(policies: ReadonlyMap<Governed, HandlerPolicies>) {
    for (const [handler, now] of policies) this.#handlers.set(handler, new Live(now));
  }

  /** Of a handler of the definition that the policies were made for: the same object. */
  of(handler: object): LiveHandler {
    const live = this.#handlers.get(handler as Governed);
    if (live === undefined) throw new Error('the policies of a handler that is not of this definition were asked for');
    return live;
  }

  /** Puts all of them in force, in one step: no call meets some old and some new ones. */
  apply(policies: ReadonlyMap<Governed, HandlerPolicies>, onEdgeChange: OnEdgeChange): void {
    for (const [handler, now] of policies) this.#handlers.get(handler)?.become(now, onEdgeChange);
  }
}

class Live implements LiveHandler {
  calls: Calls;
  policy: HandlerPolicies['policy'];
  readonly #listeners: ((now: HandlerPolicies) => void)[] = [];

  constructor({ calls, policy }: HandlerPolicies) {
    this.calls = calls;
    this.policy = policy;
  }

  watch(listener: (now: HandlerPolicies) => void): void {
    this.#listeners.push(listener);
  }

  become(next: HandlerPolicies, onEdgeChange: OnEdgeChange): void {
    const calls: Record<string, Record<string, ClientPolicy>> = {};
    for (const [service, operations] of Object.entries(next.calls)) {
      calls[service] = {};
      for (const [operation, policy] of Object.entries(operations)) {
        const from = this.calls[service]![operation]!;
        const to = keeping(from, policy);
        if (from !== to) onEdgeChange(service, operation, { from, to });
        calls[service][operation] = to;
      }
    }
    this.calls = calls;
    this.policy = keeping(this.policy, next.policy);
    for (const listener of this.#listeners) listener(this);
  }
}

/** The next policy with the objects of the last one wherever they say the same: what is remembered goes by the object. */
function keeping<Policy extends ClientPolicy | ServerPolicy>(last: Policy, next: Policy): Policy {
  if (isDeepStrictEqual(last, next)) return last;
  const parts = Object.entries(next).map(([name, part]) => {
    const before = last[name as keyof Policy];
    return [name, isDeepStrictEqual(before, part) ? before : part];
  });
  return Object.fromEntries(parts) as Policy;
}
