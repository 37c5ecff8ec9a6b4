import type { DiagramGraph, LaidOut } from '../diagram/index.ts';

/** What is to be laid out. */
export interface Request {
  readonly graph: DiagramGraph;
  readonly previous?: LaidOut | undefined;
  /** Without Graphviz. */
  readonly plain?: boolean;
}

/** A request as it goes to a thread: its own last answer need not be copied to it. */
export interface Message extends Omit<Request, 'previous'> {
  readonly previous?: LaidOut | 'as answered last' | undefined;
}

/** Somebody who lays out while others work, and who can be stopped in the middle of it. */
export interface Thread {
  ask(request: Request): Promise<LaidOut>;
  end(): void;
}
