import { type DiagramGraph, type LaidOut, layoutKey, plainLayout } from '../diagram/index.ts';
import type { Request, Thread } from './thread.ts';

/** So many layouts are kept: who takes an edit back sees the picture from before. */
const most = 16;

/** Layouts that are made aside, each within a deadline, and kept by what matters to them. */
export class Layouts {
  private readonly start: () => Thread;
  private readonly deadline: number;
  private readonly kept = new Map<string, LaidOut>();
  private thread: Thread | undefined;
  /** One at a time: else one would use up the time of the others. */
  private turn: Promise<unknown> = Promise.resolve();

  /** @param deadline for each layout, in milliseconds: after that there is a simpler one, marked as such */
  constructor(start: () => Thread, deadline: number) {
    this.start = start;
    this.deadline = deadline;
  }

  /** The layout of a graph; what was in the previous one stays where it was. */
  lay(graph: DiagramGraph, previous?: LaidOut): Promise<LaidOut> {
    const key = layoutKey(graph);
    if (previous && layoutKey(previous.graph) === key) return Promise.resolve(plainLayout(graph, { previous }));
    const known = this.kept.get(key);
    const shift = known && (previous ? shiftBetween(previous, known) : { x: 0, y: 0 });
    if (known && shift) return Promise.resolve({ ...plainLayout(graph, { previous: known }), shift });
    const made = this.turn.then(() => this.make(graph, previous));
    this.turn = made.catch(() => undefined);
    return made.then((laidOut) => this.keep(key, laidOut));
  }

  end(): void {
    this.thread?.end();
    this.thread = undefined;
  }

  private async make(graph: DiagramGraph, previous: LaidOut | undefined): Promise<LaidOut> {
    const best = await this.inTime({ graph, previous });
    if (best) return best;
    // That comes to an end, and meanwhile nobody should wait: not even if it takes longer than the deadline.
    const plain = await this.ask({ graph, previous, plain: true });
    return { ...(plain ?? plainLayout(graph, { previous })), simple: true };
  }

  /** Nothing where the deadline has passed: whatever the thread still does is ended. */
  private async inTime(request: Request): Promise<LaidOut | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), this.deadline);
    });
    const laidOut = await Promise.race([this.ask(request), late]);
    clearTimeout(timer);
    if (!laidOut) this.end();
    return laidOut;
  }

  /** Nothing where the thread could not do it. */
  private async ask(request: Request): Promise<LaidOut | undefined> {
    this.thread ??= this.start();
    const { thread } = this;
    try {
      return await thread.ask(request);
    } catch {
      // The thread that was ended when it was late is another one by then.
      if (this.thread === thread) this.end();
      return undefined;
    }
  }

  private keep(key: string, laidOut: LaidOut): LaidOut {
    if (laidOut.simple) return laidOut;
    this.kept.delete(key);
    this.kept.set(key, laidOut);
    if (this.kept.size > most) this.kept.delete(this.kept.keys().next().value!);
    return laidOut;
  }
}

/** With more than this share of what both have at other places the one does not stand for the other. */
const steady = 0.95;

/** By how much everything stands elsewhere in another layout; nothing where it is not by the same. */
function shiftBetween(from: LaidOut, to: LaidOut): LaidOut['shift'] | undefined {
  const then = new Map(from.nodes.map((box) => [box.node.id, box]));
  const shifts = to.nodes.flatMap((box) => {
    const old = then.get(box.node.id);
    return old ? [{ x: box.x - old.x, y: box.y - old.y }] : [];
  });
  const groups = [...Map.groupBy(shifts, ({ x, y }) => `${x} ${y}`).values()];
  const largest = groups.reduce<LaidOut['shift'][]>((best, one) => (one.length > best.length ? one : best), []);
  return largest.length > 0 && largest.length >= steady * shifts.length ? largest[0] : undefined;
}
