import { lineWidth, quoted } from './source-text.ts';

/** Data that stands in a constant of its own, by identity: the constant's name is written instead. */
export type Constants = ReadonlyMap<object, string>;

const none: Constants = new Map();

/**
 * Plain data as a TypeScript literal, formatted as biome would leave it: what fits a line and is not deep stands on one,
 * the rest is broken at its outermost brackets. Properties that are undefined are left out.
 *
 * @param column how much of the first line is taken already
 * @param after how many columns follow on the last line: a comma, a semicolon
 */
export function dataLiteral(
  data: unknown,
  constants: Constants = none,
  indent = '',
  column = indent.length,
  after = 1,
): string {
  if (typeof data !== 'object' || data === null || constants.has(data)) return flatLiteral(data, constants);
  const flat = flatWithin(data, constants, lineWidth - column - after);
  if (flat !== undefined && !mustBreak(data, constants)) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(data)) {
    if (data.length === 0) return '[]';
    if (data.length > 1 && data.every((item) => typeof item === 'number')) return `[\n${filled(data, inner)}${indent}]`;
    return `[\n${data.map((item) => `${inner}${dataLiteral(item, constants, inner)},\n`).join('')}${indent}]`;
  }
  const members = entriesOf(data).map(([key, value]) => `${inner}${member(key, value, constants, inner)},\n`);
  return members.length === 0 ? '{}' : `{\n${members.join('')}${indent}}`;
}

function member(name: string, value: unknown, constants: Constants, indent: string): string {
  const key = literalKey(name);
  const column = indent.length + key.length + 2;
  const text = dataLiteral(value, constants, indent, column);
  // A bracket that would open beyond the width opens on the next line.
  if (column + 1 > lineWidth && text.includes('\n')) {
    const inner = `${indent}  `;
    return `${key}:\n${inner}${dataLiteral(value, constants, inner)}`;
  }
  // A string that is too long goes to a line of its own, unless that would gain next to nothing.
  const tooLong = typeof value === 'string' && column + text.length + 1 > lineWidth && key.length > 4;
  return tooLong ? `${key}:\n${indent}  ${text}` : `${key}: ${text}`;
}

/** Data on one line, however long. */
const flatLiteral = (data: unknown, constants: Constants): string =>
  flatWithin(data, constants, Number.POSITIVE_INFINITY) ?? '';

/** Data on one line, or nothing where that takes more than `room` columns: of what is large, no more is written than fits. */
function flatWithin(data: unknown, constants: Constants, room: number): string | undefined {
  const text = scalarText(data, constants);
  if (text !== undefined) return text.length <= room ? text : undefined;
  const isList = Array.isArray(data);
  const parts = isList ? data : entriesOf(data as object);
  if (parts.length === 0) return room < 2 ? undefined : isList ? '[]' : '{}';
  let line = isList ? '[' : '{ ';
  const end = isList ? ']' : ' }';
  for (const [i, part] of parts.entries()) {
    const head = `${i === 0 ? '' : ', '}${isList ? '' : `${literalKey(part[0])}: `}`;
    const left = room - line.length - head.length - end.length;
    const inside = flatWithin(isList ? part : part[1], constants, left);
    if (inside === undefined) return undefined;
    line += head + inside;
  }
  return line + end;
}

/** What has no members; nothing for what has. */
function scalarText(data: unknown, constants: Constants): string | undefined {
  switch (typeof data) {
    case 'string':
      return quoted(data);
    case 'number':
      return String(data).replace('e+', 'e');
    case 'object':
      return data === null ? 'null' : constants.get(data);
    default:
      return String(data);
  }
}

/** Objects more than two deep read badly on a line; lists of several objects, or of several lists, are broken by formatters. */
function mustBreak(data: object, constants: Constants): boolean {
  return depthOf(data, constants) > 2 || hasTable(data, constants);
}

function hasTable(data: unknown, constants: Constants): boolean {
  if (typeof data !== 'object' || data === null || constants.has(data)) return false;
  if (Array.isArray(data) && data.length > 1) {
    const wide = (item: unknown): boolean =>
      typeof item === 'object' && item !== null && !constants.has(item) && Object.keys(item).length > 1;
    const sameKind = data.every((item) => Array.isArray(item) === Array.isArray(data[0]));
    if (sameKind && data.every(wide)) return true;
  }
  return Object.values(data).some((value) => hasTable(value, constants));
}

function depthOf(data: unknown, constants: Constants): number {
  if (typeof data !== 'object' || data === null || constants.has(data)) return 0;
  const within = Math.max(0, ...Object.values(data).map((value) => depthOf(value, constants)));
  return Array.isArray(data) ? within : within + 1;
}

const entriesOf = (data: object): [string, unknown][] =>
  Object.entries(data).filter(([, value]) => value !== undefined);

/** `__proto__` as a plain key would set the prototype. */
const literalKey = (name: string): string =>
  name === '__proto__' ? "['__proto__']" : /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);

/** As many numbers a line as fit. */
function filled(numbers: readonly number[], indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const number of numbers) {
    const item = `${flatLiteral(number, none)},`;
    if (line.length > indent.length && line.length + 1 + item.length > lineWidth) {
      lines.push(line);
      line = indent;
    }
    line += line.length > indent.length ? ` ${item}` : item;
  }
  return [...lines, line].map((text) => `${text}\n`).join('');
}
