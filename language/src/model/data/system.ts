/** What holds for the whole: gateways, contexts, environments. */

import type { Allow, At, Declared, Member, Place, Ref } from './places.ts';
import type { Parts } from './policies.ts';
import type { AuthUse, Deploy, Setting } from './services.ts';
import type { Literal } from './types.ts';

export interface Gateway extends Declared {
  readonly kind: 'gateway';
  readonly hosts: readonly At<string>[];
  readonly port?: number;
  readonly tls: boolean;
  /** Whole services or single operations. */
  readonly serves: readonly { readonly target: Ref; readonly of?: 'service' | 'operation' }[];
  readonly auth: readonly AuthUse[];
  readonly apply: readonly Ref[];
  readonly parts: Parts;
}

export interface Context extends Declared {
  readonly kind: 'context';
  readonly services: readonly Ref[];
}

export const relationKinds = [
  'customer-supplier',
  'conformist',
  'anticorruption',
  'partnership',
  'shared-kernel',
  'open-host',
] as const;

export interface Relation {
  readonly from: Ref;
  readonly to: Ref;
  readonly kind: At<string>;
  readonly allows: readonly Allow[];
  readonly at: Place;
}

/** What an environment changes of a service, resource, external or gateway. */
export interface Override {
  readonly target: Ref;
  readonly of?: 'service' | 'resource' | 'external' | 'gateway';
  readonly deploy: Deploy;
  readonly config: readonly { readonly name: string; readonly value: Literal; readonly at: Place }[];
  readonly settings: readonly Setting[];
}

export interface Environment extends Member {
  readonly settings: readonly Setting[];
  readonly overrides: readonly Override[];
}

export interface System extends Declared {
  readonly kind: 'system';
  readonly image?: string;
  /** `static` unless said. */
  readonly discovery: string;
  readonly mtls: boolean;
  readonly mesh?: string;
  readonly defaults: Parts;
  readonly settings: readonly Setting[];
  readonly environments: readonly Environment[];
}
