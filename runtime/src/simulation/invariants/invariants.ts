import type { ClientPolicy } from '../../definition.ts';
import { SERVER } from '../../policy/admission.ts';
import type { Abortable } from '../../policy/lazy-signal.ts';
import type { PolicyState } from '../../policy/state.ts';
import type { Incoming } from '../exchange.ts';
import type { Process } from '../process.ts';
import type { CallModel, OperationModel, ServiceModel } from '../system.ts';
import { WatchedSignal } from '../watched-signal.ts';
import { CallWatch } from './call-watch.ts';
import { ProcessWatch } from './process-watch.ts';
import { ServerWatch } from './server-watch.ts';
import type { InvariantName, Violation } from './violation.ts';
import { watchdog } from './watchdog.ts';

/** A call that begins. */
export interface Called {
  readonly id: number;
  readonly model: CallModel;
  readonly signal: Abortable | undefined;
  readonly deadlineAt: number | undefined;
  /** Its answer may come from a fetch that others wait for, or that goes on for nobody. */
  readonly cached: boolean;
}

/** More would only be consequences of the first ones. */
const ENOUGH = 20;

/**
 * Watches a simulation from outside, by what goes in and out of the policies: calls, events, requests. Only when everything
 * rests does it look inside, for what was left behind.
 */
export class Invariants {
  readonly violations: Violation[] = [];
  readonly clock: { now(): number; after(ms: number, fn: () => void): () => void };
  readonly #report: (violation: Violation) => void;
  readonly #processes = new Map<Process, ProcessWatch>();
  readonly #signals = new Map<WatchedSignal, Process>();
  /** How often each write was received, by its call. */
  readonly #received = new Map<number, number>();

  constructor(clock: Invariants['clock'], report: (violation: Violation) => void) {
    this.clock = clock;
    this.#report = report;
  }

  violated(invariant: InvariantName, process: Process, what: string, call?: number): void {
    if (this.violations.length >= ENOUGH) return;
    const instant = this.clock.now();
    const violation: Violation = { invariant, instant, process: process.name, what, ...(call && { call }) };
    this.violations.push(violation);
    this.#report(violation);
  }

  startClient(process: Process, state: PolicyState): void {
    const watch: ProcessWatch = new ProcessWatch(process, state, () => this.#lookForTimers(watch));
    this.#processes.set(process, watch);
  }

  startServer(process: Process, { operations }: ServiceModel): void {
    const watch = this.#processes.get(process)!;
    watch.serves = Object.values(operations).map(({ policy }) => policy);
    watch.rests = watch.serves.every(({ cache, shed }) => cache === undefined && shed?.lag === undefined);
  }

  /** What it held is gone with it. */
  died(process: Process): void {
    this.#processes.delete(process);
  }

  called(process: Process, called: Called): CallWatch {
    this.#watchSignal(called.signal, process);
    return new CallWatch(this, this.#processes.get(process)!, called);
  }

  received(process: Process, incoming: Incoming, operation: OperationModel): ServerWatch {
    this.#watchSignal(incoming.signal, process);
    if (operation.kind === 'write') {
      const times = (this.#received.get(incoming.id) ?? 0) + 1;
      this.#received.set(incoming.id, times);
      if (times > 1) this.violated('writes', process, `a write was received ${times} times`, incoming.id);
    }
    return new ServerWatch(this, this.#processes.get(process)!, incoming, operation);
  }

  /** Nothing is under way any more: nothing may be left. */
  atRest(): void {
    for (const watch of this.#processes.values()) {
      const { process, state, unsettled, edges, serves } = watch;
      const nothing = (invariant: InvariantName, count: number, what: string) => {
        if (count !== 0) this.violated(invariant, process, `${count} ${what}`);
      };
      for (const { id, what } of unsettled) this.violated('once', process, `${what} has never settled`, id);
      nothing('timers', process.timers, 'timers are still set');
      nothing('timers', state.alarms.size, 'alarms are still set');
      for (const [policy, destinations] of edges)
        for (const name of destinations) this.#edgeAtRest(watch, policy, name);
      for (const { bulkhead } of serves) {
        if (!bulkhead) continue;
        nothing('permits', state.bulkhead(bulkhead, SERVER).running, 'permits of the server are still held');
        nothing('permits', state.bulkhead(bulkhead, SERVER).waiting, 'requests still wait for a permit');
      }
    }
    for (const [signal, process] of this.#signals) {
      if (process.alive && signal.listeners.size > 0) {
        this.violated('timers', process, `${signal.listeners.size} listeners are left on a signal`);
      }
    }
  }

  /** Where nothing is under way, no timer has anything to do. At rest it would be too late to look: they would have fired. */
  #lookForTimers(watch: ProcessWatch): void {
    const { process, state, begun } = watch;
    watchdog(process, this.clock, process.clock.now(), () => {
      if (watch.begun !== begun || !watch.rests) return;
      const left = process.timers + state.alarms.size;
      if (left > 0) this.violated('timers', process, `${left} timers or alarms are set, and nothing is under way`);
    });
  }

  #edgeAtRest({ process, state }: ProcessWatch, policy: ClientPolicy, name: string): void {
    const { bulkhead, destination } = state.edge(policy, name);
    const nothing = (invariant: InvariantName, count: number, what: string) => {
      if (count !== 0) this.violated(invariant, process, `${count} ${what} ${name}`);
    };
    nothing('permits', bulkhead?.running ?? 0, 'permits are still held towards');
    nothing('permits', bulkhead?.waiting ?? 0, 'attempts still wait for a permit towards');
    nothing('budget', destination.budget.calls, 'calls are still counted towards');
    nothing('budget', destination.budget.extras, 'places in the budget are still taken towards');
    for (const { address, inFlight } of destination.endpoints.values()) {
      if (inFlight !== 0)
        this.violated('permits', process, `${inFlight} attempts still count as in flight to ${address}`);
    }
  }

  #watchSignal(signal: Abortable | undefined, process: Process): void {
    if (signal instanceof WatchedSignal) this.#signals.set(signal, process);
  }
}
