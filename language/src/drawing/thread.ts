import type { DiagramGraph, LaidOut } from '../diagram/index.ts';

/** What is to be laid out. */
export interface Request {
  readonly graph: DiagramGraph;
  readonly previous?: LaidOut | undefined;
  /** Without Graphviz. */
  readonly plain?: boolean;
}

/** Somebody who lays out while others work, and who can be stopped in the middle of it. */
export interface Thread {
  ask(request: Request): Promise<LaidOut>;
  end(): void;
}
