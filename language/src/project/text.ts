import type { Fault } from './fault.ts';
import { codeOf } from './file-system.ts';

/** A text read from bytes, or why it is none. `bom` tells that it began with a byte order mark, which is left out. */
export type Decoded =
  | { readonly text: string; readonly bom: boolean }
  | { readonly text?: never; readonly fault: Omit<Fault, 'file'> };

const utf8 = new TextDecoder('utf-8', { fatal: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes as UTF-8 text. What is not text is refused with the offset of the first byte that shows it, counted from 0. */
export function decode(bytes: Uint8Array): Decoded {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { fault: { message: 'the file is UTF-16, not UTF-8', hint: 'Save it as UTF-8.' } };
  }
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    return {
      fault: {
        message: `the file is not text: a zero byte at offset ${zero}`,
        hint: 'It looks like a binary file; exclude it with `include` in weir.json, or give it another ending.',
      },
    };
  }
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    return { text: utf8.decode(bytes), bom };
  } catch (error) {
    if (codeOf(error) === 'ERR_STRING_TOO_LONG') throw error;
    const offset = firstInvalid(bytes);
    const before = lenient.decode(bytes.subarray(0, offset));
    const line = before.split('\n').length;
    const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
    return {
      fault: {
        message: `the file is not valid UTF-8: byte 0x${byte} at offset ${offset}`,
        hint: 'Save it as UTF-8; if it is no text at all, exclude it with `include` in weir.json.',
        line,
        column: before.length - before.lastIndexOf('\n'),
      },
    };
  }
}

/** By bisection: a prefix that ends inside a character still counts as valid, so validity falls only once. */
function firstInvalid(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    if (isPrefix(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

function isPrefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Line and column, from 1, of an offset in a text. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - start + 1 };
}
