import assert from 'node:assert/strict';
import { applyFixes } from '../fixes/apply.ts';
import type { Fix, Place, Position } from '../model/model.ts';
import { readModel, type SourceText } from '../syntax/read.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type CheckOptions, check as checkModel } from './index.ts';
import type { Row } from './rule.ts';
import { type RuleName, table } from './table.ts';

/** What a marked-up source is expected to give. */
export interface Expected {
  /** The message of each finding, in order, or of the only one. */
  readonly message?: RegExp | readonly RegExp[];
  readonly hint?: RegExp;
  /** The texts at the related places of the first finding. */
  readonly related?: readonly string[];
  /** The text of the file after the first fix of the first finding, without marks. */
  readonly fixed?: string;
  readonly options?: CheckOptions;
}

/**
 * Checks sources in which `[|…|]` marks exactly where a rule has to find something, and nowhere else; sources without
 * marks are near misses. What other rules find does not matter. More than one file: an object from path to text.
 */
export async function check(
  rule: RuleName,
  marked: string | Readonly<Record<string, string>>,
  expected: Expected = {},
): Promise<readonly Diagnostic[]> {
  const files = typeof marked === 'string' ? { 'main.svc': marked } : marked;
  const read = Object.entries(files).map(([path, text]) => unmark(path, text));
  const sources = read.map(({ source }) => source);
  const found = (await diagnosticsOf(sources, expected.options)).filter((one) => one.rule === rule);
  const marks = read.flatMap(({ places }) => places).map(textOf);
  assert.deepEqual(
    found.map(({ at }) => textOf(at)).sort(),
    marks.sort(),
    `${rule}: ${found.map(({ message }) => message).join('; ')}`,
  );
  const messages = expected.message instanceof RegExp ? [expected.message] : (expected.message ?? []);
  for (const [i, message] of messages.entries()) assert.match(found[i]?.message ?? '', message);
  if (expected.hint) assert.match(found[0]?.hint ?? '', expected.hint);
  if (expected.related) {
    const texts = found[0]?.related.map(({ at }) => textAt(sources, at));
    assert.deepEqual(texts, expected.related);
  }
  for (const finding of found) {
    if (finding.fixes.length > 0)
      assert.ok((table[rule] as Row<never>).fixable, `the row of ${rule} says \`fixable: true\``);
    for (const fix of finding.fixes) await assertMends(sources, finding, fix, expected.options);
  }
  if (expected.fixed !== undefined) {
    const [fix] = found[0]?.fixes ?? [];
    assert.ok(fix, `${rule} offers a fix`);
    const source = read.find((one) => one.source.path === found[0]?.at.file)?.source as SourceText;
    assert.equal(applyFixes([source], [fix])[0]?.text, expected.fixed);
  }
  return found;
}

export async function diagnosticsOf(sources: readonly SourceText[], options?: CheckOptions): Promise<Diagnostic[]> {
  return checkModel(await readModel(sources), options);
}

/** A fix makes its finding go, and brings no other; what a mended name brings to light was there before. */
async function assertMends(
  sources: readonly SourceText[],
  finding: Diagnostic,
  fix: Fix,
  options: CheckOptions | undefined,
): Promise<void> {
  const fixed = applyFixes(sources, [fix]);
  const before = tally(await diagnosticsOf(sources, options));
  const after = tally(await diagnosticsOf(fixed, options));
  const [own] = tally([finding]).keys();
  assert.ok((after.get(own as string) ?? 0) < (before.get(own as string) ?? 0), `"${fix.title}" leaves: ${own}`);
  const reading = isReading(finding.rule);
  for (const [one, count] of after) {
    const [rule = ''] = one.split(':');
    assert.ok(
      (reading && !isReading(rule as RuleName)) || count <= (before.get(one) ?? 0),
      `"${fix.title}" brings: ${one}\n${fixed.map(({ text }) => text).join('\n')}`,
    );
  }
}

const isReading = (rule: RuleName): boolean => (table[rule] as Row<never>).reading === true;

/** How often each thing is said, wherever it stands. */
function tally(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule, message } of diagnostics) {
    const said = `${rule}: ${message}`;
    counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  return counts;
}

function unmark(path: string, marked: string): { readonly source: SourceText; readonly places: readonly Place[] } {
  const places: Place[] = [];
  const open: Position[] = [];
  let text = '';
  for (const part of marked.split(/(\[\||\|\])/)) {
    if (part === '[|') open.push(positionAt(text));
    else if (part === '|]') places.push({ file: path, start: open.pop() as Position, end: positionAt(text) });
    else text += part;
  }
  return { source: { path, text }, places };
}

/** The position behind a text. */
function positionAt(text: string): Position {
  const lines = text.split('\n');
  return { line: lines.length, column: (lines.at(-1) as string).length + 1 };
}

function offsetsIn(text: string): (position: Position) => number {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return ({ line, column }) => (starts[line - 1] ?? text.length) + column - 1;
}

function textAt(sources: readonly SourceText[], { file, start, end }: Place): string | undefined {
  const text = sources.find(({ path }) => path === file)?.text;
  if (text === undefined) return undefined;
  const offset = offsetsIn(text);
  return text.slice(offset(start), offset(end));
}

function textOf({ file, start, end }: Place): string {
  return `${file}:${start.line}:${start.column}-${end.line}:${end.column}`;
}
