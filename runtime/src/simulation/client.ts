import type { Attempt, EdgeCall } from '../policy/call.ts';
import type { Abortable } from '../policy/lazy-signal.ts';
import type { PolicyState } from '../policy/state.ts';
import { Exchange, type Sent } from './exchange.ts';
import type { Process } from './process.ts';
import type { CallModel } from './system.ts';
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

  constructor(world: World, process: Process) {
    this.#world = world;
    this.#process = process;
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
    const { kind } = service.model.operations[model.operation]!;
    const watch = world.invariants?.called(this.#process, { id, model, kind, signal, deadlineAt });
    const figures = world.figures.edge(this.#process.name, model, world.clock.now());
    const at = this.#process.name;
    world.report?.({ kind: 'call', at, call: id, model });
    const settled = (error?: unknown) => {
      watch?.settled(error);
      figures.settled(error, world.clock.now());
      world.report?.({ kind: 'settled', at, call: id, error });
    };
    const call: EdgeCall<unknown> = {
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
      attempt: (attempt) => {
        const exchange = this.#exchange(attempt, { call: model, id, request });
        watch?.sent(attempt, exchange);
        return exchange;
      },
      fallbackOperation: model.instead && (() => this.call(model.instead!, { signal, deadlineAt, request })),
    };
    const answer = world.engine.callEdge(this.state, call);
    answer.then(() => settled(), settled);
    return answer;
  }

  #exchange(attempt: Attempt, sent: Sent): Promise<unknown> {
    const world = this.#world;
    const to = world.replicaAt(attempt.endpoint);
    return new Promise((resolve, reject) => {
      new Exchange(world.network, this.#process, to, attempt, sent, resolve, reject).start();
    });
  }
}
