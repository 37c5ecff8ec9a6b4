/** Values of configuration: from the text of an environment variable, or from JSON, to what handlers see. */

import type { ConfigEntry } from '../definition.ts';

export type Parsed =
  | { readonly ok: true; readonly value: unknown }
  /** `problem` ends a sentence: "… is not a whole number". */
  | { readonly ok: false; readonly problem: string };

const good = (value: unknown): Parsed => ({ ok: true, value });
const bad = (problem: string): Parsed => ({ ok: false, problem });

/** A value as it stands in an environment variable. Durations may be written as in the language: `250ms`, `5min`. */
export function parseText(type: ConfigEntry['type'], text: string): Parsed {
  switch (type) {
    case 'bool':
      return BOOLEANS.has(text.toLowerCase()) ? good(BOOLEANS.get(text.toLowerCase())) : bad('not true or false');
    case 'json':
      try {
        return good(JSON.parse(text));
      } catch {
        return bad('not valid JSON');
      }
    case 'int32':
    case 'uint32':
    case 'float':
    case 'double':
      return text.trim() === '' ? bad('not a number') : parseJson(type, Number(text));
    default:
      return parseJson(type, text);
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** A value in the JSON form of its type. */
export function parseJson(type: ConfigEntry['type'], json: unknown): Parsed {
  switch (type) {
    case 'bool':
      return typeof json === 'boolean' ? good(json) : bad('not true or false');
    case 'int32':
      return wholeNumber(json, -(2 ** 31), 2 ** 31 - 1);
    case 'uint32':
      return wholeNumber(json, 0, 2 ** 32 - 1);
    case 'int64':
      return bigWholeNumber(json, -(2n ** 63n), 2n ** 63n - 1n);
    case 'uint64':
      return bigWholeNumber(json, 0n, 2n ** 64n - 1n);
    case 'float':
    case 'double':
      return typeof json === 'number' && Number.isFinite(json) ? good(json) : bad('not a number');
    case 'string':
    case 'secret':
      return typeof json === 'string' ? good(json) : bad('not a string');
    case 'uuid':
      return matching(json, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'not a uuid');
    case 'decimal':
      return matching(json, /^-?\d+(\.\d+)?$/, 'not a decimal number in a string, such as "12.50"');
    case 'bytes':
      return base64(json);
    case 'timestamp':
      return timestamp(json);
    case 'duration':
      return duration(json);
    case 'json':
      return good(json);
  }
}

function wholeNumber(json: unknown, min: number, max: number): Parsed {
  if (typeof json !== 'number' || !Number.isInteger(json)) return bad('not a whole number');
  return json >= min && json <= max ? good(json) : bad(`not within ${min}..${max}`);
}

function bigWholeNumber(json: unknown, min: bigint, max: bigint): Parsed {
  const text = Number.isSafeInteger(json) ? String(json) : json;
  if (typeof text !== 'string' || !/^-?\d+$/.test(text)) return bad('not a whole number');
  const value = BigInt(text);
  return value >= min && value <= max ? good(value) : bad(`not within ${min}..${max}`);
}

function matching(json: unknown, pattern: RegExp, problem: string): Parsed {
  return typeof json === 'string' && pattern.test(json) ? good(json) : bad(problem);
}

function base64(json: unknown): Parsed {
  if (typeof json !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(json)) return bad('not base64');
  return good(new Uint8Array(Buffer.from(json, 'base64')));
}

function timestamp(json: unknown): Parsed {
  const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
  const date = typeof json === 'string' && rfc3339.test(json) ? new Date(json) : undefined;
  return date === undefined || Number.isNaN(date.getTime())
    ? bad('not a timestamp, such as 2026-01-31T08:00:00Z')
    : good(date);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

function duration(json: unknown): Parsed {
  const match = typeof json === 'string' ? /^(-?\d+(?:\.\d+)?)(ms|s|min|h|d)$/.exec(json) : null;
  return match === null ? bad('not a duration, such as 1.5s or 250ms') : good(Number(match[1]) * UNITS[match[2]!]!);
}
