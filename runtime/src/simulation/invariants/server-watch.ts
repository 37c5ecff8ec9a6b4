import { ServiceError } from '../../errors.ts';
import type { Incoming } from '../exchange.ts';
import type { OperationModel } from '../system.ts';
import type { Invariants } from './invariants.ts';
import type { ProcessWatch } from './process-watch.ts';
import { watchdog } from './watchdog.ts';

/** Where a server's own bulkheads are counted. */
const HERE = '';

const NEVER = Number.POSITIVE_INFINITY;

/** Watches one request at its server. */
export class ServerWatch {
  readonly #invariants: Invariants;
  readonly #process: ProcessWatch;
  readonly #incoming: Incoming;
  readonly #operation: OperationModel;
  readonly #deadlineAt: number;
  readonly #request: { readonly id: number; readonly what: string };
  readonly #callOff: (() => void) | undefined;
  #runs = 0;

  constructor(invariants: Invariants, watch: ProcessWatch, incoming: Incoming, operation: OperationModel) {
    this.#invariants = invariants;
    this.#process = watch;
    this.#incoming = incoming;
    this.#operation = operation;
    const { process } = watch;
    const left = Math.min(incoming.timeLeft ?? NEVER, operation.policy.deadline ?? NEVER);
    this.#deadlineAt = process.clock.now() + left;
    this.#request = { id: incoming.id, what: 'a request' };
    watch.unsettled.add(this.#request);
    watch.begin();
    if (left === NEVER) return;
    this.#callOff = watchdog(process, invariants.clock, this.#deadlineAt, () =>
      this.#violated('deadline', 'a request is still not answered after its deadline'),
    );
  }

  /** Its handler begins. */
  admitted(): void {
    const { process, running } = this.#process;
    this.#process.begin();
    const late = process.clock.now() - this.#deadlineAt;
    if (late >= 0) this.#violated('deadline', `a handler begins ${late} ms after the deadline`);
    if (this.#incoming.signal.aborted) this.#violated('cancellation', 'a handler begins for a caller who has gone');
    if (++this.#runs > 1) this.#violated('once', `a handler runs ${this.#runs} times`);
    const { bulkhead } = this.#operation.policy;
    if (!bulkhead) return;
    const now = running.add(bulkhead, HERE, 1);
    if (now > bulkhead.concurrent) {
      this.#violated('permits', `${now} handlers run, where the bulkhead allows ${bulkhead.concurrent}`);
    }
  }

  /** Its handler has come to an end. */
  worked(): void {
    const { bulkhead } = this.#operation.policy;
    if (bulkhead) this.#process.running.add(bulkhead, HERE, -1);
    this.#process.end();
  }

  /** @param error undefined on success */
  settled(error: unknown): void {
    if (error !== undefined && !(error instanceof ServiceError))
      this.#violated('errors', `it is answered with ${error}`);
    this.#callOff?.();
    this.#process.unsettled.delete(this.#request);
    this.#process.end();
  }

  #violated(invariant: Parameters<Invariants['violated']>[0], what: string): void {
    this.#invariants.violated(invariant, this.#process.process, what, this.#incoming.id);
  }
}
