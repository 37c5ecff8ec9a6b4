import type { Place } from '../model/model.ts';
import type { ResourceKind } from '../model/resource-kind.ts';

export type NodeKind =
  | 'service'
  | 'gateway'
  | 'external'
  | ResourceKind
  | 'event'
  /** A bounded context that is drawn folded up. */
  | 'context';

/** Something drawn as one shape. */
export interface DiagramNode {
  /** The kind of the declaration and its full name: `service:shop.orders.orders`. Unique in the graph. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** What stands under the name, one line each. */
  readonly lines: readonly string[];
  /** Its operations with their routes, where the picture shows them: one row each below the lines. */
  readonly operations?: readonly string[];
  /** Ports and the like. */
  readonly badges: readonly string[];
  /** The group that it stands in. */
  readonly group?: string;
  readonly docs?: string;
  readonly deprecated?: string;
  readonly at: Place;
}

/** A titled frame: a bounded context around its services, or a broker around the events that it carries. */
export interface DiagramGroup {
  readonly id: string;
  readonly kind: 'context' | 'broker';
  readonly name: string;
  readonly subtitle?: string;
  readonly docs?: string;
  readonly at: Place;
}

export type EdgeKind = 'call' | 'serve' | 'use' | 'publish' | 'consume' | 'relation';

/** An arrow. All that one declaration does to another in one way is one arrow; `details` has the parts. */
export interface DiagramEdge {
  /** `call:service:a->service:b`. Unique in the graph. */
  readonly id: string;
  readonly kind: EdgeKind;
  /** Ids of nodes or groups. */
  readonly from: string;
  readonly to: string;
  readonly transport?: 'gRPC' | 'HTTP';
  /** The policy in its short form: `800ms · ×3 · breaker`; the kind of a relation. */
  readonly label?: string;
  /** One line for each call, route or event that it stands for. */
  readonly details: readonly string[];
  readonly at: Place;
}

/** The picture before it has a layout: plain data in a fixed order, whatever the order of files and declarations. */
export interface DiagramGraph {
  readonly title: string;
  readonly subtitle: string;
  readonly nodes: readonly DiagramNode[];
  readonly groups: readonly DiagramGroup[];
  readonly edges: readonly DiagramEdge[];
}
