import type { Attempt, EdgeCall, EdgeRequest, EdgeStream } from '../policy/call.ts';
import type { Abortable } from '../policy/lazy-signal.ts';
import type { Random } from '../policy/random.ts';
import type { PolicyState } from '../policy/state.ts';
import { Exchange, type Sent } from './exchange.ts';
import type { CallWatch } from './invariants/call-watch.ts';
import { messagesOf } from './messages.ts';
import type { Process } from './process.ts';
import type { CallModel, StreamModel } from './system.ts';
import type { World } from './world.ts';

/** What a call has from who makes it. */
export interface Scope {
  readonly signal?: Abortable | undefined;
  /** By the clock of the process. */
  readonly deadlineAt?: number | undefined;
  readonly request: unknown;
}

/** The calling side of a process: the production code, over exchanges of the simulated network. */
export class Client {
  readonly state: PolicyState;
  readonly #world: World;
  readonly #process: Process;
  readonly #random: Random;

  constructor(world: World, process: Process) {
    this.#world = world;
    this.#process = process;
    this.#random = world.random(`${process.name} streams`);
    this.state = world.engine.createPolicyState({
      clock: process.clock,
      random: world.random(`${process.name} policies`),
    });
    world.invariants?.startClient(process, this.state);
  }

  /** Rejects with what the policies make of the failure. */
  call(model: CallModel, { signal, deadlineAt, request }: Scope): Promise<unknown> {
    const world = this.#world;
    const id = world.nextCall();
    const service = world.services.get(model.service)!;
    const { kind, stream } = service.model.operations[model.operation]!;
    const watch = world.invariants?.called(this.#process, {
      id,
      model,
      signal,
      deadlineAt,
      cached: model.policy.cache !== undefined && kind === 'reads' && !stream,
    });
    const figures = world.figures.edge(this.#process.name, model, world.clock.now());
    const at = this.#process.name;
    world.report?.({ kind: 'call', at, call: id, model });
    const settled = (error?: unknown) => {
      watch?.settled(error);
      figures.settled(error, world.clock.now());
      world.report?.({ kind: 'settled', at, call: id, error });
    };
    const common: EdgeRequest = {
      destination: model.service,
      operation: model.operation,
      idempotent: kind !== 'write',
      reads: kind === 'reads',
      request,
      policy: model.policy,
      endpoints: service.addresses,
      signal,
      deadlineAt,
      observe: (event) => {
        watch?.observe(event);
        figures.observe(event);
        world.report?.({ kind: 'edge', at, call: id, event });
      },
    };
    const sent: Sent = { call: model, id, request };
    const answer = stream ? this.#read(common, sent, stream, watch) : this.#ask(common, sent, watch);
    answer.then(() => settled(), settled);
    return answer;
  }

  #ask(common: EdgeRequest, sent: Sent, watch: CallWatch | undefined): Promise<unknown> {
    const { instead } = sent.call;
    const call: EdgeCall<unknown> = {
      ...common,
      attempt: (attempt) => {
        const exchange = this.#exchange(attempt, sent);
        watch?.sent(attempt, exchange);
        return exchange;
      },
      fallbackOperation: instead && (() => this.call(instead, common)),
    };
    return this.#world.engine.callEdge(this.state, call);
  }

  /** Reads a stream to its end, or until it has read enough. */
  async #read(common: EdgeRequest, sent: Sent, model: StreamModel, watch: CallWatch | undefined): Promise<unknown> {
    const stream: EdgeStream<unknown> = {
      ...common,
      attempt: (attempt) => {
        const reply = this.#exchange(attempt, sent);
        const { messages, over } = messagesOf(reply, model, this.#process, attempt, this.#random);
        watch?.sent(attempt, over);
        return messages;
      },
    };
    for await (const _ of this.#world.engine.openStream(this.state, stream)) if (this.#random() < model.stops) break;
    return sent.request;
  }

  #exchange(attempt: Attempt, sent: Sent): Promise<unknown> {
    const world = this.#world;
    const to = world.replicaAt(attempt.endpoint);
    return new Promise((resolve, reject) => {
      new Exchange(world.network, this.#process, to, attempt, sent, resolve, reject).start();
    });
  }
}
