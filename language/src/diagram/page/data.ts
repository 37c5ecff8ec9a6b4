import type { EdgeKind, NodeKind } from '../graph.ts';

/** What the page of a picture knows besides where things stand: plain data that stands in the file as JSON. */
export interface PageData {
  readonly title: string;
  readonly subtitle: string;
  /** Nothing is folded up here. */
  readonly nodes: readonly PageNode[];
  readonly groups: readonly PageGroup[];
  readonly edges: readonly PageEdge[];
  /** Findings about what the picture does not show, such as types. */
  readonly elsewhere: readonly PageFinding[];
}

export interface PagePlace {
  readonly file: string;
  readonly line: number;
}

export interface PageFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  readonly at: PagePlace;
}

interface PagePart {
  readonly id: string;
  readonly name: string;
  readonly docs?: string;
  readonly at: PagePlace;
  readonly findings: readonly PageFinding[];
}

/** What overlays say of nodes and edges. */
export interface Figures {
  /** The longest that one of its operations can wait for others, or one of its calls can take: milliseconds, null where nothing bounds it. */
  readonly worst?: number | null;
  readonly latency?: Latency;
  readonly availability?: Availability;
  readonly demand?: Demand;
}

/** What is promised, and what those that it waits for promise together: milliseconds of the same percentile. */
export interface Latency {
  readonly promised: number;
  readonly percentile: number;
  readonly needed: number;
}

/** Percent. */
export interface Availability {
  /** By the node; of an edge by its caller. */
  readonly promised?: number;
  /** What it can hold with those that it cannot do without; of an edge what its callee promises. */
  readonly possible?: number;
  /** Of an edge: does the caller fail with the callee? */
  readonly hard?: boolean;
}

/** Calls per second. */
export interface Demand {
  /** What is known of it: 0 where that is nothing. */
  readonly rate: number;
  /** Are there callers whose rate nobody knows? */
  readonly atLeast: boolean;
  /** What is let through. */
  readonly limit?: number;
}

export interface PageNode extends PagePart, Figures {
  readonly kind: NodeKind;
  readonly lines: readonly string[];
  readonly badges: readonly string[];
  readonly operations: readonly string[];
  readonly deprecated?: string;
  readonly group?: string;
  readonly owner?: string;
}

export interface PageGroup extends PagePart {
  readonly kind: 'context' | 'broker';
  readonly subtitle?: string;
}

export interface PageEdge extends Figures {
  readonly id: string;
  readonly kind: EdgeKind;
  readonly from: string;
  readonly to: string;
  readonly transport?: 'gRPC' | 'HTTP';
  readonly label?: string;
  /** One line for each route or event that it stands for. */
  readonly details: readonly string[];
  readonly at: PagePlace;
  /** Each call that it stands for, with all that holds on it. */
  readonly calls: readonly PageCall[];
  /** How many calls one request can become on the worst path over it; null above what can be counted. */
  readonly amplification?: number | null;
  readonly findings: readonly PageFinding[];
}

export interface PageCall {
  readonly title: string;
  readonly at: PagePlace;
  /** The effective policy, each part with where it comes from. */
  readonly parts: readonly { readonly text: string; readonly from: string }[];
  readonly facts: readonly (readonly [name: string, text: string])[];
}
