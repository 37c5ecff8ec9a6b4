/**
 * The three forms of a value and the ways between them.
 *
 * - TypeScript form: what handlers see. `int64` is `bigint`, `timestamp` a `Date`, `duration` milliseconds, `bytes` a
 *   `Uint8Array`, enums and decimals strings, maps plain objects, an absent optional a missing property.
 * - JSON form: the proto3 JSON mapping, but with enum values named as in the `.svc`.
 * - Protobuf: the binary encoding of the emitted `.proto`.
 */

import type { ServiceDefinition } from '../definition.ts';
import type { Violation } from '../errors.ts';
import { type FromJsonOptions, messageFromJson } from './json.ts';
import { createProtobuf } from './protobuf.ts';
import { type SameForm, sameFromJson, sameToJson } from './same-form.ts';
import { messageSchema } from './schema.ts';
import { type MessageShape, type Shapes, shapesOf } from './shape.ts';
import { validateMessage } from './validate.ts';
import { messageToJson } from './write.ts';

export type { FromJsonOptions } from './json.ts';
export type Types = ServiceDefinition['types'];

export interface Codec {
  /** JSON Schema (2020-12 vocabulary, self-contained) of the JSON form of a message. */
  jsonSchema(message: string): object;
  /** JSON form, which nobody else may hold, → TypeScript form. Throws `ServiceError('invalid-argument')` that carries the violations, 100 at most. Unknown fields are ignored unless `options` say otherwise. */
  fromJson(message: string, json: unknown, options?: FromJsonOptions): unknown;
  /** TypeScript form → JSON form: a value for `JSON.stringify`. Throws `TypeError` where a handler broke its types. */
  toJson(message: string, value: unknown): unknown;
  /** TypeScript form → the text of its JSON form. Throws as `toJson` does. */
  toJsonText(message: string, value: unknown): string;
  /** The violations of presence and constraints by a value in TypeScript form, 101 at most; empty when it is sound. */
  validate(message: string, value: unknown): Violation[];
  /** TypeScript form → protobuf. Throws `TypeError` where a value does not fit its field. */
  serialize(message: string, value: unknown): Buffer;
  /** Protobuf → TypeScript form, without checking constraints. Throws `ServiceError('invalid-argument')` on bytes that are no such message. */
  deserialize(message: string, bytes: Uint8Array): unknown;
}

/** The codec of a service's types. Throws when the definition names types that it does not have. */
export function createCodec(types: Types): Codec {
  const shapes = shapesOf(types);
  const { serialize, deserialize } = createProtobuf(types, shapes);
  const fromJsonAsIs = eachMessage(shapes, sameFromJson);
  const toJsonAsIs = eachMessage(shapes, sameToJson);
  return {
    jsonSchema: (message) => messageSchema(shapes(message)),
    fromJson: (message, json, options) =>
      fromJsonAsIs(message)?.(json) ? json : messageFromJson(shapes(message), json, options),
    toJson: (message, value) => messageToJson(shapes(message), value),
    toJsonText: (message, value) =>
      JSON.stringify(toJsonAsIs(message)?.(value) ? value : messageToJson(shapes(message), value)),
    validate: (message, value) => validateMessage(shapes(message), value),
    serialize,
    deserialize,
  };
}

/** What holds for each message, found out when it is first asked for. */
function eachMessage(shapes: Shapes, find: (shape: MessageShape) => SameForm | undefined) {
  const known = new Map<string, SameForm | undefined>();
  return (message: string): SameForm | undefined => {
    if (!known.has(message)) known.set(message, find(shapes(message)));
    return known.get(message);
  };
}
