/** Types: messages, errors, events, enums, aliases, and what constrains them. */

import type { At, Declared, Member, Place, Ref } from './places.ts';

export const scalarNames = [
  'bool',
  'int32',
  'int64',
  'uint32',
  'uint64',
  'float',
  'double',
  'string',
  'bytes',
  'uuid',
  'timestamp',
  'duration',
  'decimal',
  'json',
] as const;
export type ScalarName = (typeof scalarNames)[number];

/** The type of a field as written: a base, perhaps a list, perhaps optional. */
export type TypeExpression =
  | { readonly kind: 'scalar'; readonly scalar: ScalarName; readonly at: Place }
  /** A message, error, event, enum or alias; `of` says which when it could be found. */
  | {
      readonly kind: 'named';
      readonly ref: Ref;
      readonly of?: 'message' | 'error' | 'event' | 'enum' | 'alias';
      readonly at: Place;
    }
  | { readonly kind: 'map'; readonly key: TypeExpression; readonly value: TypeExpression; readonly at: Place }
  | { readonly kind: 'list'; readonly element: TypeExpression; readonly at: Place };

export type Constraint =
  /** Ends as written, so that 64-bit numbers and decimals keep their digits; an end left out is open. */
  | { readonly kind: 'range'; readonly min?: string; readonly max?: string; readonly at: Place }
  | { readonly kind: 'length'; readonly min?: number; readonly max?: number; readonly at: Place }
  | { readonly kind: 'matches'; readonly pattern: string; readonly at: Place }
  | { readonly kind: 'one-of'; readonly values: readonly Literal[]; readonly at: Place };

/** A value written in the source. Numbers keep their text; a number with a unit is a quantity. */
export type Literal =
  | { readonly kind: 'string'; readonly value: string; readonly at: Place }
  | { readonly kind: 'number'; readonly text: string; readonly at: Place }
  | { readonly kind: 'quantity'; readonly text: string; readonly at: Place }
  /** `true`, `false`, `null`, or the name of an enum's value. */
  | { readonly kind: 'word'; readonly word: string; readonly at: Place }
  | { readonly kind: 'list'; readonly items: readonly Literal[]; readonly at: Place }
  | {
      readonly kind: 'object';
      readonly entries: readonly { readonly key: string; readonly value: Literal }[];
      readonly at: Place;
    };

export interface Field extends Member {
  /** The number as written; absent when it was left out or is no integer. */
  readonly number?: At<number>;
  readonly type: TypeExpression;
  readonly optional: boolean;
  readonly constraints: readonly Constraint[];
  /** The oneof that it belongs to. */
  readonly oneof?: string;
  /** The whole field. */
  readonly extent: Place;
}

export interface Reserved {
  /** Both ends included. */
  readonly numbers: readonly { readonly from: number; readonly to: number; readonly at: Place }[];
  readonly names: readonly At<string>[];
}

/** What a message, an error and an event share. */
export interface MessageShape extends Declared {
  readonly fields: readonly Field[];
  readonly oneofs: readonly Member[];
  readonly reserved: Reserved;
}

export interface Message extends MessageShape {
  readonly kind: 'message';
}

export interface ErrorMessage extends MessageShape {
  readonly kind: 'error';
  readonly status?: At<number>;
  /** The gRPC code, when it is given: `failed-precondition`. */
  readonly grpc?: At<string>;
}

export interface EventMessage extends MessageShape {
  readonly kind: 'event';
  /** The broker that carries it. */
  readonly on?: Ref;
  readonly key?: At<string>;
}

export interface EnumValue extends Member {
  readonly number?: At<number>;
}

export interface Enum extends Declared {
  readonly kind: 'enum';
  readonly values: readonly EnumValue[];
  readonly reserved: Reserved;
}

export interface Alias extends Declared {
  readonly kind: 'alias';
  readonly type: TypeExpression;
  readonly constraints: readonly Constraint[];
}
