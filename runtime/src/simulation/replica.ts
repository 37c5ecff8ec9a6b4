import { ServiceError } from '../errors.ts';
import type { Admission, AdmittedCall } from '../policy/admission.ts';
import { outcomeOf } from '../policy/outcome.ts';
import type { Random } from '../policy/random.ts';
import type { PolicyState } from '../policy/state.ts';
import { Client, type Scope } from './client.ts';
import { draw } from './distribution.ts';
import type { Incoming, Listener } from './exchange.ts';
import type { ServiceFigures } from './figures.ts';
import type { ServerWatch } from './invariants/server-watch.ts';
import type { Process } from './process.ts';
import type { Failure, OperationModel, ServiceModel } from './system.ts';
import { Workers } from './workers.ts';
import type { World } from './world.ts';

/** One run of a replica: it admits requests by the production code, queues them for its workers, and answers. */
export class Replica implements Listener {
  readonly process: Process;
  /** What its work takes, as a multiple of what the model says. */
  slowness = 1;
  readonly #world: World;
  readonly #model: ServiceModel;
  readonly #figures: ServiceFigures;
  readonly #state: PolicyState;
  readonly #client: Client;
  readonly #random: Random;
  readonly #admissions = new Map<string, Admission>();
  readonly #workers: Workers;
  /** By call, where its operation remembers. */
  readonly #runs = new Map<number, 'running' | { readonly value: unknown }>();
  #inside = 0;

  constructor(world: World, service: string, model: ServiceModel, process: Process) {
    this.#world = world;
    this.#figures = world.figures.service(service);
    this.#model = model;
    this.process = process;
    this.#random = world.random(`${process.name} work`);
    this.#workers = new Workers(model.workers);
    this.#client = new Client(world, process);
    this.#state = this.#client.state;
    for (const [operation, { policy }] of Object.entries(model.operations)) {
      const target = `${service}.${operation}`;
      this.#admissions.set(operation, world.engine.createAdmission(policy, this.#state, target));
    }
    world.invariants?.startServer(process, model);
  }

  accept(incoming: Incoming): boolean {
    if (!this.process.alive || this.#inside >= this.#model.backlog) return false;
    this.#inside++;
    const operation = this.#model.operations[incoming.call.operation]!;
    const watch = this.#world.invariants?.received(this.process, incoming, operation);
    this.#figures.received(this.#world.clock.now());
    this.#world.report?.({ kind: 'received', at: this.process.name, call: incoming.id, from: incoming.from });
    this.#admit(operation, incoming, watch).then(
      (value) => {
        this.#answered(incoming, undefined);
        incoming.reply({ value });
      },
      (error: ServiceError | HalfWay) => {
        const halfWay = error instanceof HalfWay;
        const failure = error instanceof HalfWay ? error.error : error;
        this.#answered(incoming, failure);
        incoming.reply({ error: failure, halfWay });
      },
    );
    return true;
  }

  #answered(incoming: Incoming, error: ServiceError | undefined): void {
    this.#figures.answered(error, incoming.signal.aborted, this.#world.clock.now());
    this.#world.report?.({ kind: 'answered', at: this.process.name, call: incoming.id, error });
  }

  async #admit(operation: OperationModel, incoming: Incoming, watch: ServerWatch | undefined): Promise<unknown> {
    const { timeLeft, signal, request, from, call } = incoming;
    const deadlineAt = timeLeft === undefined ? undefined : this.process.clock.now() + timeLeft;
    let begun = false;
    const run = (admitted: AdmittedCall) => {
      begun = true;
      watch?.admitted();
      const { lifetime } = admitted;
      const work = operation.policy.cache
        ? admitted.cached(request, '', (shared) => this.#handle(operation, { request, signal: shared }))
        : this.#remembered(operation, incoming.id, () =>
            this.#handle(operation, { request, signal: lifetime, deadlineAt }),
          );
      return work.finally(() => {
        this.#inside--;
        watch?.worked();
      });
    };
    const admission = this.#admissions.get(call.operation)!;
    try {
      const value = await admission.admit({ deadlineAt, signal, request, limitKey: () => from, run });
      watch?.settled(undefined);
      return value;
    } catch (error) {
      watch?.settled(error instanceof HalfWay ? error.error : error);
      throw error;
    } finally {
      if (!begun) this.#inside--;
    }
  }

  /** As the runtime has it for idempotency keys (`server/idempotency.ts`); here the key is the call. */
  async #remembered(operation: OperationModel, call: number, work: () => Promise<unknown>): Promise<unknown> {
    if (!operation.remembers) return work();
    const earlier = this.#runs.get(call);
    if (earlier === 'running') throw STILL_RUNNING;
    if (earlier) return earlier.value;
    this.#runs.set(call, 'running');
    try {
      const value = await work();
      this.#runs.set(call, { value });
      return value;
    } catch (error) {
      this.#runs.delete(call);
      throw error;
    }
  }

  async #handle(operation: OperationModel, scope: Scope): Promise<unknown> {
    await this.#work(operation, scope);
    for (const call of operation.calls) {
      await this.#client.call(call, scope).catch((error) => Promise.reject(asOwn(error)));
    }
    const failure = this.#failureOf(operation);
    if (failure) throw failure;
    return scope.request;
  }

  #work(operation: OperationModel, { signal }: Scope): Promise<void> {
    return new Promise((resolve) => {
      this.#workers.take(() => {
        const done = () => {
          this.#workers.release();
          resolve();
        };
        if (this.#model.heeds && signal?.aborted) done();
        else this.process.arrives(this.slowness * draw(operation.work, this.#random), done);
      });
    });
  }

  #failureOf(operation: OperationModel): ServiceError | HalfWay | undefined {
    let left = this.#random();
    for (const [failure, share] of Object.entries(operation.fails) as [Failure, number][]) {
      left -= share;
      if (left < 0) return failureBy(failure, this.#random);
    }
    return undefined;
  }
}

const STILL_RUNNING = new ServiceError('aborted', 'the first request of this key still runs', {
  stillRunning: true,
  retryAfter: 50,
});

/** The answer breaks off after its headers. */
class HalfWay extends Error {
  readonly error = new ServiceError('unavailable', 'the answer broke off');
}

/** Servers that throttle ask for so much patience, in milliseconds; half of them do not say. */
const PATIENCE = 500;

function failureBy(failure: Failure, random: Random): ServiceError | HalfWay {
  switch (failure) {
    case 'half-way':
      return new HalfWay();
    case 'resource-exhausted': {
      const retryAfter = random() < 0.5 ? undefined : PATIENCE * random();
      return new ServiceError(failure, 'slow down', { retryAfter });
    }
    case 'unavailable':
    case 'internal':
    case 'not-found':
      return new ServiceError(failure, failure);
  }
}

/** What our own caller learns of a neighbour's failure: that it was down or late, and no more. */
function asOwn(error: unknown): ServiceError {
  if (outcomeOf(error) === 'cancelled') return error as ServiceError;
  const late = error instanceof ServiceError && error.code === 'deadline-exceeded';
  return late
    ? new ServiceError('deadline-exceeded', 'a neighbour was late')
    : new ServiceError(outcomeOf(error) === 'answered' ? 'internal' : 'unavailable', 'a neighbour failed');
}
