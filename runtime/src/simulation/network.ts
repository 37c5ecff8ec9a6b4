import type { Random } from '../policy/random.ts';
import { draw } from './distribution.ts';
import type { Process } from './process.ts';
import type { NetworkModel } from './system.ts';

/** Carries messages between processes: with latency, unless they are lost. They may overtake each other. */
export class Network {
  readonly model: NetworkModel;
  readonly #random: Random;
  readonly #cuts: (readonly [string, string])[] = [];
  #loss: number;

  constructor(model: NetworkModel, random: Random) {
    this.model = model;
    this.#loss = model.loss;
    this.#random = random;
  }

  /** Runs `arrived` in `to` after the latency; answers false if the message is lost. */
  send(from: Process, to: Process, arrived: () => void): boolean {
    if (!from.alive) return true;
    if (this.isCut(from.name, to.name) || (this.#loss > 0 && this.#random() < this.#loss)) return false;
    to.arrives(this.latency(), arrived);
    return true;
  }

  latency(): number {
    return draw(this.model.latency, this.#random);
  }

  /** How long a client's work goes on after it was told to stop. */
  lingering(): number {
    return this.model.lingers === undefined ? 0 : draw(this.model.lingers, this.#random);
  }

  isCut(a: string, b: string): boolean {
    return this.#cuts.some((cut) => cut.includes(a) && cut.includes(b));
  }

  /** Gives what mends it. */
  cut(a: string, b: string): () => void {
    const cut = [a, b] as const;
    this.#cuts.push(cut);
    return () => {
      this.#cuts.splice(this.#cuts.indexOf(cut), 1);
    };
  }

  /** Adds to the share of messages that are lost. Gives what takes it away again. */
  lose(share: number): () => void {
    this.#loss += share;
    return () => {
      this.#loss = Math.max(this.model.loss, this.#loss - share);
    };
  }
}
