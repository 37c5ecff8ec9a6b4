/**
 * The system as plain data: what the text says, with source positions, and nothing that needs the parser.
 *
 * It survives `JSON.parse(JSON.stringify(model))`. References are full names (`shop.orders.Order`), unique within their
 * kind; a reference that means nothing has no `id`. Durations are milliseconds, sizes bytes, rates calls per second, cpu
 * millicores, percentages percent (99.9 % is 99.9). Lists stand in the order of package, file, line.
 */

import type { At, Place } from './data/places.ts';
import type { Policy } from './data/policies.ts';
import type { Problem } from './data/problems.ts';
import type { Auth, External, Resource, Service } from './data/services.ts';
import type { Context, Gateway, Relation, System } from './data/system.ts';
import type { Alias, Enum, ErrorMessage, EventMessage, Message } from './data/types.ts';

export * from './data/places.ts';
export * from './data/policies.ts';
export * from './data/problems.ts';
export * from './data/services.ts';
export * from './data/system.ts';
export * from './data/types.ts';

/** The version of this shape; it changes when a field changes its meaning or goes. */
export const modelVersion = 1;

export interface SourceFile {
  readonly path: string;
  readonly package: string;
  /** The package clause's name. */
  readonly packageAt?: Place;
  readonly imports: readonly ImportClause[];
}

export interface ImportClause {
  readonly package: string;
  readonly packageAt: Place;
  /** Absent: the whole package. */
  readonly names?: readonly At<string>[];
  /** Does the package exist in the project? */
  readonly found: boolean;
  readonly at: Place;
}

export interface Model {
  readonly version: typeof modelVersion;
  readonly files: readonly SourceFile[];
  readonly messages: readonly Message[];
  readonly errors: readonly ErrorMessage[];
  readonly events: readonly EventMessage[];
  readonly enums: readonly Enum[];
  readonly aliases: readonly Alias[];
  readonly policies: readonly Policy[];
  readonly services: readonly Service[];
  readonly resources: readonly Resource[];
  readonly externals: readonly External[];
  readonly auths: readonly Auth[];
  readonly gateways: readonly Gateway[];
  readonly contexts: readonly Context[];
  readonly relations: readonly Relation[];
  readonly systems: readonly System[];
  readonly problems: readonly Problem[];
}
