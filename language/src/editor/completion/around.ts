import type { IToken } from 'chevrotain';
import type { Operation, Service } from '../../grammar/generated/ast.ts';
import { requestFields } from '../names/plain-words.ts';
import { openBlock, type Spot } from './spot.ts';

/** The next number for a field, parameter or value of an enum beside those that have one; what is reserved stays free. */
export function nextNumber(spot: Spot): number {
  const taken = takenNumbers(spot);
  const isEnum = spot.declaration?.$type === 'Enum';
  const next = taken.reduce((most, number) => Math.max(most, number + 1), isEnum ? 0 : 1);
  // What protobuf keeps for itself: https://protobuf.dev/programming-guides/proto3/#assigning
  return next >= 19_000 && next < 20_000 && !isEnum ? 20_000 : next;
}

function takenNumbers(spot: Spot): number[] {
  const { chunk, from, to, start } = spot;
  const numbers: number[] = [];
  let reserved = false;
  for (const [index, token] of blockAround(spot)) {
    const { image, startOffset } = token;
    if (/^[A-Za-z]/.test(image)) reserved = image === 'reserved';
    const isNumber = /^\d+$/.test(image) && !(startOffset + start >= from && startOffset + start < to);
    if (isNumber && (reserved || chunk[index - 1]?.image === '=')) numbers.push(Number(image));
  }
  return numbers;
}

/** What stands in the block at the cursor: of a `oneof` in the message, as they share numbers. */
function* blockAround({ chunk, tokens }: Spot): Iterable<readonly [index: number, token: IToken]> {
  let { from } = openBlock(tokens);
  if (tokens[from - 2]?.image === 'oneof') ({ from } = openBlock(tokens.slice(0, from)));
  let depth = 0;
  for (let index = from + 1; index < chunk.length && depth >= 0; index++) {
    const token = chunk[index] as IToken;
    if (/^[{([]$/.test(token.image)) depth++;
    if (/^[})\]]$/.test(token.image)) depth--;
    yield [index, token];
  }
}

/** The fields that a `key` or a `field` at the cursor can name: the event's, or the parameters of the operation. */
export function fieldsAround(spot: Spot): string[] {
  const { chunk, tokens, declaration } = spot;
  if (declaration?.$type === 'Event')
    return namesBeforeColons(chunk.slice(chunk.findIndex(({ image }) => image === '{')));
  const rpc = tokens.findLastIndex(({ image }) => image === 'rpc');
  const isInCalls = tokens.slice(rpc).some(({ image }) => image === 'with' || image === 'calls');
  if (rpc < 0 || isInCalls) return [];
  const open = tokens.slice(rpc).findIndex(({ image }) => image === '(') + rpc;
  const close = tokens.slice(open).findIndex(({ image }) => image === ')') + open;
  const inline = namesBeforeColons(tokens.slice(open, close));
  return inline.length > 0 ? inline : fieldsOfRequest(declaration as Service, tokens[rpc + 1]?.image ?? '');
}

function namesBeforeColons(tokens: readonly IToken[]): string[] {
  return tokens.flatMap(({ image }, index) => (tokens[index + 1]?.image === ':' ? [image] : []));
}

function fieldsOfRequest(service: Service | undefined, name: string): string[] {
  const operation = operationIn(service, name);
  return operation ? requestFields(operation).map((field) => field.name) : [];
}

/** The operation that is being written at a place, as the parser has it. */
export function operationAround({ declaration, tokens }: Spot): Operation | undefined {
  const rpc = tokens.findLastIndex(({ image }) => image === 'rpc');
  return operationIn(declaration as Service, tokens[rpc + 1]?.image ?? '');
}

const operationIn = (service: Service | undefined, name: string): Operation | undefined =>
  service?.members?.find((one): one is Operation => one.$type === 'Operation' && one.name === name);

/** A constraint that fits the type before the cursor; nothing where none is sure to. */
export function usualConstraint({ tokens }: Spot): string | undefined {
  const type = typeBefore(tokens);
  if (type === undefined) return undefined;
  if (/\]$|^(string|bytes)$/.test(type)) return 'length 1..64';
  return /^(u?int(32|64)|float|double|decimal)$/.test(type) ? '1..100' : undefined;
}

/** A value that fits the type before the cursor. */
export function usualLiteral({ tokens }: Spot): string | undefined {
  const type = typeBefore(tokens) ?? '';
  if (type === 'string') return '"text"';
  if (type === 'bool') return 'true';
  if (type === 'duration') return '5s';
  return /^(u?int(32|64)|float|double|decimal)$/.test(type) ? '1' : undefined;
}

function typeBefore(tokens: readonly IToken[]): string | undefined {
  const colon = tokens.findLastIndex(({ image }) => image === ':');
  const alias = tokens[0]?.image === 'type' ? 2 : -1;
  const type = tokens[Math.max(colon, alias) + 1]?.image;
  const isList = tokens[Math.max(colon, alias) + 2]?.image === '[';
  return colon < 0 && alias < 0 ? undefined : `${type}${isList ? '[]' : ''}`;
}
