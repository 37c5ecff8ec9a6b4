import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Place } from '../../model/model.ts';
import { check, type Diagnostic } from '../../rules/index.ts';
import { readModel } from '../../syntax/read.ts';
import { printJson } from './json.ts';
import { printText } from './text.ts';

const shop = [
  {
    path: 'orders.svc',
    text: `package shop

/// Takes orders.
service orders {
  http 8080
  uses stock with careful

  rpc Place(sku: string = 1, quantity: int32) -> Order {
    route POST /v1/orders/{id}
    calls stock.Reserve,
          users.GetUser
  }
  rpc Get(id: uuid = 1) -> Order { reads }
}

policy careful { timeout 3s  deadline 1s  retry { attempts 3  on [timeout, unavailable] } }

message Order { id: uuid = 1 }
`,
  },
  {
    path: 'stock.svc',
    text: `package shop

service stock {
  grpc 9090
  uses orders with { timeout 1s }

  rpc Reserve() { calls orders.Place }
}

service users {
  http 8081
  rpc GetUser() { calls orders.Nothing }
}
`,
  },
];

test('findings for people', async () => {
  golden('shop.txt', printText(check(await readModel(shop)), shop, { colour: false, width: 100 }));
});

test('findings for people, in colour', async () => {
  const model = await readModel(shop.slice(0, 1));
  const shown = printText(check(model), shop, { colour: true, width: 80, path: (file) => `work/${file}` });
  golden('orders.ansi.txt', shown.replaceAll('\u001b', '␛'));
});

test('findings for programs', async () => {
  golden(
    'shop.json',
    printJson(check(await readModel(shop)), (file) => `svc/${file}`),
  );
});

test('nothing found', () => {
  assert.equal(printText([], [], { colour: false, width: 80 }), 'Nothing found.\n');
  assert.deepEqual(JSON.parse(printJson([])), {
    version: 1,
    diagnostics: [],
    summary: { error: 0, warning: 0, hint: 0 },
  });
});

test('tabs, wide characters and combining marks: the carets stand under what is meant', () => {
  assert.deepEqual(lines('\ta: b', place(1, 5, 1, 6)), ['1 |     a: b', '  |        ^']);
  assert.deepEqual(lines('ab\tc', place(1, 4, 1, 5)), ['1 | ab  c', '  |     ^']);
  assert.deepEqual(lines('"漢字" x', place(1, 6, 1, 7)), ['1 | "漢字" x', '  |        ^']);
  assert.deepEqual(lines('"漢字"', place(1, 2, 1, 4)), ['1 | "漢字"', '  |  ^^^^']);
  assert.deepEqual(lines('"👩‍👩‍👧" x', place(1, 12, 1, 13)), ['1 | "👩‍👩‍👧" x', '  |      ^']);
  assert.deepEqual(lines('"e\u0301" x', place(1, 6, 1, 7)), ['1 | "e\u0301" x', '  |     ^']);
});

test('lines end as they like, and a BOM takes no column', () => {
  assert.deepEqual(lines('a\r\nb c\r\nd', place(2, 3, 2, 4)), ['2 | b c', '  |   ^']);
  assert.deepEqual(lines('a\rb c', place(2, 3, 2, 4)), ['2 | b c', '  |   ^']);
  assert.deepEqual(lines('\ufeffa b', place(1, 3, 1, 4)), ['1 | a b', '  |   ^']);
});

test('a long line is cut around the range', () => {
  const [line = '', marks = ''] = lines(`${'x'.repeat(500)} here ${'y'.repeat(500)}`, place(1, 502, 1, 506), 60);
  assert.ok(line.length <= 60, line);
  assert.match(line, /^1 \| …x+ here y+…$/);
  assert.equal(line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1), 'here');
});

test('a long line is cut only where it has to be', () => {
  assert.match(lines(`here ${'y'.repeat(500)}`, place(1, 1, 1, 5), 60)[0] ?? '', /^1 \| here y+…$/);
  assert.match(lines(`${'x'.repeat(500)} here`, place(1, 502, 1, 506), 60)[0] ?? '', /^1 \| …x+ here$/);
  const [line = '', marks = ''] = lines('z'.repeat(500), place(1, 1, 1, 501), 60);
  assert.ok(line.length <= 60 && marks.length <= 60);
  assert.match(marks, /^ {2}\| \^+$/);
  const [wide = ''] = lines('漢'.repeat(500), place(1, 250, 1, 251), 60);
  assert.match(wide, /^1 \| …漢{20,27}…$/);
});

test('megabytes in one line are shown as any other', () => {
  const [line = '', marks = ''] = lines(
    `${'漢'.repeat(5_000_000)} here ${'y'.repeat(5_000_000)}`,
    place(1, 5_000_002, 1, 5_000_006),
    80,
  );
  assert.match(line, /漢 here y/);
  assert.match(marks, /\^{4}$/);
});

test('a range of several lines shows the first and says that it goes on', () => {
  assert.deepEqual(lines('a {  \n  b\n}', place(1, 1, 3, 2)), ['1 | a {', '  | ^^^ …']);
});

test('an empty range, one behind the end, and one in no known source', () => {
  assert.deepEqual(lines('a b', place(1, 2, 1, 2)), ['1 | a b', '  |  ^']);
  assert.deepEqual(lines('a', place(1, 9, 1, 12)), ['1 | a', '  |  ^']);
  assert.deepEqual(lines('', place(1, 1, 1, 1)), ['1 |', '  | ^']);
  assert.deepEqual(lines('a', place(7, 1, 7, 2)), []);
  const elsewhere = printText([finding({ ...place(3, 1, 3, 2), file: 'gone.svc' })], [], { colour: false, width: 80 });
  assert.equal(elsewhere, 'gone.svc:3:1: error: syntax\n  wrong\n\n1 error in 1 file\n');
});

test('nothing in a source steers the terminal or hides the order of the text', () => {
  assert.deepEqual(lines('a\u001b[31m b', place(1, 8, 1, 9)), ['1 | a␛[31m b', '  |        ^']);
  assert.deepEqual(lines('a\u202eb\u0007', place(1, 3, 1, 4)), ['1 | a\ufffdb␇', '  |   ^']);
  assert.deepEqual(lines('\ud800 x', place(1, 3, 1, 4)), ['1 | \ufffd x', '  |   ^']);
  const shown = printText([{ ...finding(place(1, 1, 1, 2)), message: 'the name `\u001b[2J`' }], [], {
    colour: false,
    width: 80,
  });
  assert.ok(!shown.includes('\u001b'));
});

test('long messages and hints are broken between words', () => {
  const words = Array.from({ length: 30 }, (_, i) => `word${i}`).join(' ');
  const shown = printText([{ ...finding(place(1, 1, 1, 2)), message: words, hint: words }], [], {
    colour: false,
    width: 60,
  });
  for (const line of shown.split('\n')) assert.ok(line.length <= 60, line);
  assert.match(shown, /^ {2}hint: word0 /m);
  assert.match(shown, /^ {8}word/m);
});

test('of many related places the first eight are shown', () => {
  const related = Array.from({ length: 11 }, (_, i) => ({ message: `place ${i}`, at: place(1, 1, 1, 2) }));
  const shown = printText([{ ...finding(place(1, 1, 1, 2)), related }], [], { colour: false, width: 80 });
  assert.match(shown, /place 7\n {2}… and 3 more places\n/);
  assert.doesNotMatch(shown, /place 8/);
});

test('whatever stands there, and wherever the range lies, a mark is shown within the width', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 400 });
  const columns = fc.nat(500);
  fc.assert(
    fc.property(anything, columns, columns, fc.integer({ min: 1, max: 120 }), (text, column, length, width) => {
      const shown = lines(text, place(1, column + 1, 1, column + length + 1), width);
      assert.match(shown.at(-1) ?? '', /\^$/);
      assert.ok((shown.at(-1) ?? '').length <= Math.max(40, width + 2));
    }),
  );
});

test('the summary counts', () => {
  const summary = (...severities: Diagnostic['severity'][]): string =>
    printText(
      severities.map((severity) => ({ ...finding(place(1, 1, 1, 2)), severity })),
      [],
      { colour: false, width: 80 },
    )
      .trimEnd()
      .split('\n')
      .at(-1) ?? '';
  assert.equal(summary('error'), '1 error in 1 file');
  assert.equal(summary('error', 'hint', 'hint'), '1 error and 2 hints in 1 file');
  assert.equal(summary('warning', 'error', 'hint', 'error'), '2 errors, 1 warning and 1 hint in 1 file');
});

function place(line: number, column: number, endLine: number, endColumn: number): Place {
  return { file: 'main.svc', start: { line, column }, end: { line: endLine, column: endColumn } };
}

function finding(at: Place): Diagnostic {
  return {
    rule: 'syntax',
    severity: 'error',
    message: 'wrong',
    at,
    related: [],
    fixes: [],
    docs: 'docs/rules/syntax.md',
  };
}

/** The lines that are shown of a source, without their indent. */
function lines(text: string, at: Place, width = 80): string[] {
  const shown = printText([finding(at)], [{ path: 'main.svc', text }], { colour: false, width: width + 2 });
  return shown
    .split('\n')
    .slice(2, -3)
    .map((line) => line.slice(2));
}

/** Compares with a file that is committed; UPDATE_GOLDEN=1 rewrites it. */
function golden(name: string, text: string): void {
  const file = new URL(`golden/${name}`, import.meta.url);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'), `${name} (run with UPDATE_GOLDEN=1 to accept)`);
}
