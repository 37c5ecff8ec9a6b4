import { hashOf } from '../policy/hash.ts';
import { type Random, seededRandom } from '../policy/random.ts';
import { Client } from './client.ts';
import { draw } from './distribution.ts';
import type { Engine } from './engine.ts';
import type { SimulationEvent } from './events.ts';
import { FigureBook } from './figures.ts';
import type { Invariants } from './invariants/invariants.ts';
import { Network } from './network.ts';
import { Process } from './process.ts';
import { Replica } from './replica.ts';
import type { Scheduler } from './scheduler.ts';
import { type CallerModel, type Disturbance, processName, type ServiceModel, type System } from './system.ts';
import { WatchedSignal } from './watched-signal.ts';

/** A service and where it is found. */
export interface Service {
  readonly model: ServiceModel;
  /** A new array whenever it changes. */
  addresses: readonly string[];
}

export interface WorldOptions {
  readonly system: System;
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly engine: Engine;
  readonly interval: number;
  readonly invariants: Invariants | undefined;
  readonly report: ((event: SimulationEvent) => void) | undefined;
}

/** Everything that is simulated, brought to life from its description. */
export class World {
  readonly clock: Scheduler;
  readonly engine: Engine;
  readonly network: Network;
  readonly figures: FigureBook;
  readonly invariants: Invariants | undefined;
  readonly report: ((event: SimulationEvent) => void) | undefined;
  readonly services = new Map<string, Service>();
  readonly #system: System;
  readonly #seed: number;
  readonly #replicas = new Map<string, Replica>();
  readonly #callers = new Map<string, Process>();
  #calls = 0;
  #born = 0;

  constructor({ system, seed, scheduler, engine, interval, invariants, report }: WorldOptions) {
    this.#system = system;
    this.#seed = seed;
    this.clock = scheduler;
    this.engine = engine;
    this.invariants = invariants;
    this.report = report;
    this.network = new Network(system.network, this.random('network'));
    this.figures = new FigureBook(interval);
  }

  start(): void {
    for (const [name, model] of Object.entries(this.#system.services)) {
      const addresses = Array.from({ length: model.replicas }, (_, number) => processName(name, number));
      this.services.set(name, { model, addresses });
      for (const address of addresses) this.#startReplica(name, model, address);
    }
    for (const [name, model] of Object.entries(this.#system.callers)) {
      for (let number = 0; number < model.processes; number++) this.#startCaller(processName(name, number), model);
    }
    for (const disturbance of this.#system.disturbances) {
      this.clock.after(disturbance.at, () => this.#disturb(disturbance));
    }
  }

  /** Chance for one purpose, so that what one part of the world draws changes nothing for another. */
  random(purpose: string): Random {
    return seededRandom(hashOf(`${this.#seed} ${purpose}`));
  }

  nextCall(): number {
    return ++this.#calls;
  }

  replicaAt(address: string): Replica {
    return this.#replicas.get(address)!;
  }

  #startReplica(service: string, model: ServiceModel, address: string): void {
    this.#replicas.set(address, new Replica(this, service, model, this.#startProcess(address)));
  }

  #startProcess(name: string): Process {
    return new Process(name, this.clock, this.#system.timers, this.random(`${name} run ${++this.#born}`));
  }

  #startCaller(name: string, model: CallerModel): void {
    const process = this.#startProcess(name);
    this.#callers.set(name, process);
    const client = new Client(this, process);
    const random = this.random(`${name} arrivals`);
    model.rates.forEach(({ from, rate }, at) => {
      const until = Math.min(model.rates[at + 1]?.from ?? Number.POSITIVE_INFINITY, this.#system.duration);
      const next = (instant: number) => {
        const arrival = rate > 0 ? instant + draw({ kind: 'exponential', mean: 1000 / rate }, random) : until;
        if (arrival >= until) return;
        this.clock.after(arrival - this.clock.now(), () => {
          process.arrives(0, () => this.#call(client, process, model, random));
          next(arrival);
        });
      };
      next(from);
    });
  }

  #call(client: Client, process: Process, { calls, keys, deadline, leaves }: CallerModel, random: Random): void {
    const model = calls[Math.floor(random() * calls.length)]!;
    const deadlineAt = deadline && process.clock.now() + draw(deadline, random);
    const request = { key: Math.floor(random() * keys) };
    const goesAfter = leaves && random() < leaves.share ? draw(leaves.after, random) : undefined;
    const signal = new WatchedSignal();
    const id = this.#calls + 1;
    const leave =
      goesAfter === undefined
        ? undefined
        : process.arrives(goesAfter, () => {
            this.report?.({ kind: 'left', at: process.name, call: id });
            signal.abort('left');
          });
    const over = () => leave?.();
    client.call(model, { signal, deadlineAt, request }).then(over, over);
  }

  #disturb(disturbance: Disturbance): void {
    this.report?.({ kind: 'begins', disturbance });
    const ends = this.#begin(disturbance);
    if (disturbance.kind === 'leap') return;
    this.clock.after(disturbance.for, () => {
      ends?.();
      this.report?.({ kind: 'ends', disturbance });
    });
  }

  /** Gives what ends it. */
  #begin(disturbance: Disturbance): (() => void) | undefined {
    switch (disturbance.kind) {
      case 'slow':
        return this.#slowDown(disturbance.process, disturbance.factor);
      case 'freeze':
        this.#process(disturbance.process).freeze(disturbance.for);
        return undefined;
      case 'leap':
        this.#process(disturbance.process).leap(disturbance.by);
        return undefined;
      case 'restart':
        return this.#restart(disturbance.process, disturbance.announced);
      case 'cut':
        return this.network.cut(disturbance.process, disturbance.from);
      case 'loss':
        return this.network.lose(disturbance.share);
    }
  }

  #process(name: string): Process {
    return this.#replicas.get(name)?.process ?? this.#callers.get(name)!;
  }

  #slowDown(name: string, factor: number): () => void {
    this.replicaAt(name).slowness *= factor;
    // It may have been restarted meanwhile, and be as quick as new.
    return () => {
      this.replicaAt(name).slowness = 1;
    };
  }

  #restart(name: string, announced: boolean): (() => void) | undefined {
    const killed = this.#process(name);
    if (!killed.alive) return undefined;
    const serviceName = name.slice(0, name.lastIndexOf('/'));
    const service = this.services.get(serviceName)!;
    if (announced) service.addresses = service.addresses.filter((address) => address !== name);
    this.invariants?.died(killed);
    killed.kill();
    return () => {
      this.#startReplica(serviceName, service.model, name);
      if (announced) service.addresses = [...service.addresses, name];
    };
  }
}
