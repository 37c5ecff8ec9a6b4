import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { ParseResult } from 'langium';
import type { File } from '../grammar/generated/ast.ts';
import { fragmentOf } from '../model/build.ts';
import { outlineOf } from './outline.ts';
import { QuickParser } from './quick-parser.ts';
import { createWeirServices } from './services.ts';

const { weir } = createWeirServices();
const quick = new QuickParser(weir);
const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Every source of the repository, those in documents too. */
const sources = ['language/src', 'language/templates', 'language/docs', 'examples']
  .flatMap((folder) =>
    readdirSync(`${repository}${folder}`, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  )
  .filter((path) => /[.](svc|md)$/.test(path) && !path.includes('node_modules'))
  .flatMap((path) => {
    const text = readFileSync(`${repository}${path}`, 'utf8');
    return path.endsWith('.svc')
      ? [text]
      : [...text.matchAll(/^```svc.*\n([\s\S]*?)^```$/gm)].map(([, one]) => one ?? '');
  });

const langium = (text: string): ParseResult<File> => weir.parser.LangiumParser.parse(text) as ParseResult<File>;
const isClean = ({ lexerErrors, parserErrors }: ParseResult): boolean => lexerErrors.length + parserErrors.length === 0;

/** What it takes is without errors, and means to the letter and the column what it means to Langium's parser. */
function assertSame(text: string): boolean {
  const file = quick.parse(text);
  if (!file) return false;
  const slow = langium(text);
  assert.ok(isClean(slow), `taken, though there is an error in it:\n${text}`);
  const fast = fragmentOf('a.svc', text, { value: file, lexerErrors: [], parserErrors: [] });
  assert.deepEqual(fast, fragmentOf('a.svc', text, slow));
  assert.deepEqual(outlineOf(file), outlineOf(slow.value));
  return true;
}

test('every source without errors is taken, and means what it means to the parser of the grammar', () => {
  assert.ok(sources.length > 150);
  for (const text of sources) assert.equal(assertSame(text), isClean(langium(text)), text);
});

test('a text with something left out, doubled, swapped or foreign is taken as the parser of the grammar takes it, or not at all', () => {
  const tokens = /\s+|"[^"\n]*"|[A-Za-z_][\w-]*|[\d.]+[A-Za-z%/]*|./g;
  const pieces = sources.map((text) => text.match(tokens) ?? []);
  const all = fc.constantFrom(...pieces.filter((one) => one.length > 3 && one.length < 3000));
  let taken = 0;
  const edit = fc.tuple(fc.constantFrom('drop', 'double', 'swap', 'put'), fc.nat(), fc.nat());
  fc.assert(
    fc.property(all, fc.array(edit, { minLength: 1, maxLength: 3 }), (of, edits) => {
      const text = [...of];
      for (const [what, where, other] of edits) {
        const at = where % text.length;
        if (what === 'drop') text.splice(at, 1);
        if (what === 'double') text.splice(at, 0, text[at] as string);
        if (what === 'swap') text.splice(at, 1, text[other % text.length] as string);
        if (what === 'put') text.splice(at, 0, ' ', text[other % text.length] as string, ' ');
      }
      if (assertSame(text.join(''))) taken++;
    }),
    { numRuns: 1500 },
  );
  assert.ok(taken > 300, `${taken} of 1500 were taken`);
});

test('keywords are names, annotations stand before everything, and commas may stand between members', () => {
  for (const text of [
    'service service { http 1, grpc 2, rpc rpc(timeout: timeout = 1, on: string = 2) { reads, calls a.b & c.d * 3 ? } }',
    '@allow(unused, "x") @deprecated("y")\npolicy p { timeout 1s, retry none }\n@allow(orphan, "z")\nrelation a -> b conformist',
    'message M { a: string[]? = 1 where length 1..2 and matches "x", oneof o { b: map<string, M> = 2, c: a.b.M = 3 } reserved 4..5, "d" }',
    'resource r redis { owner s version 7 } auth a jwt { issuer "i" } auth none key',
  ])
    assert.ok(assertSame(text), text);
  assert.ok(assertSame(''));
});
