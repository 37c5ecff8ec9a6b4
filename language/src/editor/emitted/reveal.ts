import type { Range } from 'vscode-languageserver-types';
import { camelCase, kebabCase, pascalCase, snakeCase, upperSnakeCase } from '../../emit/names.ts';

/** Where a thing is in a generated text. */
export interface Found {
  readonly range: Range;
  /** The surer, the smaller: where its own name is declared, is a key, is mentioned; then the same of what is around it. */
  readonly rank: number;
}

const start = { line: 0, character: 0 };

/** Behind all that is found. */
const nowhere = 1000;

/**
 * Where a thing is in a text that was generated from it: each target writes names in its own idiom, so all are looked for.
 *
 * @param names from the declaration inwards: `Order`, `userId`
 */
export function findIn(text: string, names: readonly string[]): Found {
  let offset = 0;
  let found: Found = { range: { start, end: start }, rank: nowhere };
  for (const [depth, name] of names.entries()) {
    const hit = hitIn(text, offset, name);
    if (!hit) continue;
    const { index, word, rank } = hit;
    found = { range: rangeAt(text, index, word.length), rank: (names.length - depth) * 3 + rank };
    // What is only mentioned does not hold the rest.
    if (rank < 2) offset = index + word.length;
  }
  return found;
}

function rangeAt(text: string, index: number, length: number): Range {
  const before = text.slice(0, index).split('\n');
  const at = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return { start: at, end: { line: at.line, character: at.character + length } };
}

interface Hit {
  readonly index: number;
  readonly word: string;
  readonly rank: 0 | 1 | 2;
}

const declaring =
  'interface|type|const|class|function|message|enum|service|rpc|event|name:|kind:|input|query|mutation|subscription';

function hitIn(text: string, from: number, name: string): Hit | undefined {
  const word = `(?:${idioms(name).join('|')})`;
  const patterns = [
    new RegExp(`^[^\\n/#*]*\\b(?:${declaring})\\s+"?(${word})(?![\\w-])`, 'dgm'),
    new RegExp(`^[^\\S\\n]*(?:[\\w.<>,]+ )*?["']?(${word})["']?\\??\\s*[:=({]`, 'dgm'),
    new RegExp(`(?<![\\w-])(${word})(?![\\w-])`, 'dg'),
  ];
  for (const [rank, pattern] of patterns.entries()) {
    pattern.lastIndex = from;
    const span = pattern.exec(text)?.indices?.[1];
    if (span) return { index: span[0], word: text.slice(...span), rank: rank as Hit['rank'] };
  }
  return undefined;
}

/** As protobuf calls a service, and enums' values with their prefix, among others. */
function idioms(name: string): readonly string[] {
  const pascal = pascalCase(name);
  const all = [name, pascal, `${pascal}Service`, camelCase(name), snakeCase(name), kebabCase(name)];
  const upper = upperSnakeCase(name);
  return [...new Set([...all, upper])].map((one) => one.replace(/[^\w-]/g, '')).concat(`[A-Z0-9_]+_${upper}`);
}
