import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { dataLiteral } from './data-literal.ts';
import { biome } from './emitted-fixture.ts';

const words = fc.constantFrom(
  'number',
  'a',
  'type',
  'user-id',
  '__proto__',
  'constructor',
  '2x',
  'matches',
  'x'.repeat(60),
  'y'.repeat(80),
);
const texts = fc.oneof(
  fc.string(),
  words,
  fc.constantFrom("it's", '"', '\\', '\n\u2028', '$`', 'é🦀', `both ' and "`, 'z'.repeat(130)),
);
const numbers = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  fc.constant(1e21),
);
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    texts,
    numbers,
    fc.constantFrom(true, false, null),
    fc.array(fc.integer(), { maxLength: 60 }),
    fc.array(tie('data'), { maxLength: 6 }),
    fc.array(fc.tuple(words, tie('data')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

test('a literal means the data that it was made of', () => {
  fc.assert(
    fc.property(data, (value) => {
      const read = new Function(`return ${dataLiteral(value)};`)() as unknown;
      assert.equal(JSON.stringify(read), JSON.stringify(value));
    }),
    { numRuns: 500 },
  );
});

test('a formatter has nothing to change in literals', () => {
  const constants = fc.sample(data, { numRuns: 300, seed: 7 }).map((value, i) => {
    const start = `export const data${i} = `;
    return `${start}${dataLiteral({ value, i }, undefined, '', start.length)};\n`;
  });
  const source = constants.join('\n');
  const style = ['--indent-style=space', '--line-width=120', '--javascript-formatter-quote-style=single'];
  const format = ['format', '--stdin-file-path=data.ts', ...style];
  const formatted = execFileSync(biome, format, { input: source, encoding: 'utf8', cwd: '/' });
  const differs = source.split('\n').findIndex((line, n) => line !== formatted.split('\n')[n]);
  const around = (text: string) => text.split('\n').slice(differs - 3, differs + 5);
  if (differs >= 0) assert.deepEqual(around(source), around(formatted));
  assert.equal(source.length, formatted.length);
});

test('data that has a constant of its own is named', () => {
  const shared = { timeout: 800 };
  assert.equal(
    dataLiteral({ a: shared, b: [shared] }, new Map([[shared, 'standard']])),
    '{ a: standard, b: [standard] }',
  );
});
