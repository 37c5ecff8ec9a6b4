import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isCurrent, mergeHandler } from './merge-handler.ts';
import { type HandlerSource, handlerFile } from './skeleton.ts';

const source: HandlerSource = {
  constant: 'placeOrder',
  type: 'PlaceOrder',
  namespace: 'Orders',
  module: '../generated/orders.ts',
  types: new Set(['PlaceOrder', 'PlaceOrderContext', 'GetOrder', 'GetOrderContext', 'Config', 'Handlers']),
  declaredIn: 'orders.svc',
  skeleton: (namespace, error) =>
    `export const placeOrder: ${namespace}.PlaceOrder = async (request, { log }) => {\n  throw new ${error}('unimplemented', '…');\n};\n`,
};

const merge = (existing: string) => mergeHandler(existing, source);
const unchanged = (existing: string, notes: RegExp[] = []) => {
  const merged = merge(existing);
  assert.equal(merged.text, existing);
  assert.equal(merged.notes.length, notes.length, merged.notes.join('\n'));
  for (const [i, note] of notes.entries()) assert.match(merged.notes[i]!, note);
};

test('a file as it was first written needs nothing, and no parser', () => {
  assert.ok(isCurrent(handlerFile(source), source));
  unchanged(handlerFile(source));
});

test('a body that a person wrote stays, whatever it looks like', () => {
  unchanged(`import type * as Orders from "../generated/orders.ts"
// odd\tformatting \t
export const placeOrder : Orders . PlaceOrder=async(request,{users})=>{
\tconst a=1;;  return {a} as never /* \u00e4\u{1f980} */ }`);
});

test('a handler that is missing is added below, with the imports that it needs', () => {
  const merged = merge(`/* Ours. */

import { users } from './users.ts'; // whom we know

export const limit = 10;
`);
  assert.deepEqual(merged.notes, []);
  assert.equal(
    merged.text,
    `/* Ours. */

import { users } from './users.ts'; // whom we know
import { ServiceError } from '@weir/runtime';
import type * as Orders from '../generated/orders.ts';

export const limit = 10;

${source.skeleton('Orders', 'ServiceError')}`,
  );
});

test('an empty file becomes the skeleton, behind its byte order mark', () => {
  assert.equal(merge('').text, handlerFile(source));
  assert.equal(merge('\ufeff').text, `\ufeff${handlerFile(source)}`);
  assert.equal(merge('\n\n').text, `\n\n${handlerFile(source)}`);
});

test('imports that are there are used, under the names that they have', () => {
  const existing = `import { ServiceError as Refusal, type CallContext } from '@weir/runtime';
import type * as O from '../generated/orders.ts';
`;
  assert.equal(merge(existing).text, `${existing}\n${source.skeleton('O', 'Refusal')}`);
});

test('a type-only import of the error is no value, and its name is taken', () => {
  const { text } = merge(`import type { ServiceError } from '@weir/runtime';\nclass Orders {}\n`);
  assert.match(text, /^import { ServiceError as WeirServiceError } from '@weir\/runtime';$/m);
  assert.match(text, /^import type \* as WeirOrders from '\.\.\/generated\/orders\.ts';$/m);
  assert.ok(text.endsWith(source.skeleton('WeirOrders', 'WeirServiceError')));
});

test('line breaks follow the file', () => {
  const { text } = merge("import { a } from './a.ts';\r\n\r\nexport const b = a;\r\n");
  assert.ok(!/[^\r]\n/.test(text));
  assert.ok(text.includes("from './a.ts';\r\nimport { ServiceError }"));
});

test('what stands on top stays on top', () => {
  const code = 'export const a = 1;\n';
  const at = (head: string) => merge(head + code).text.indexOf('import {');
  for (const head of [
    '#!/usr/bin/env node\n',
    '\ufeff',
    '// @ts-nocheck\n',
    '// Licence\n// of two lines\n\n',
    '/// <reference lib="dom" />\n',
  ]) {
    assert.equal(at(head), head.length, JSON.stringify(head));
  }
  assert.equal(at('/** Belongs to a. */\n'), 0);
});

test('an import that is missing for the type of the handler is added', () => {
  const merged = merge('export const placeOrder: Orders.PlaceOrder = async () => { throw 1 };\n');
  assert.equal(
    merged.text,
    "import type * as Orders from '../generated/orders.ts';\n\nexport const placeOrder: Orders.PlaceOrder = async () => { throw 1 };\n",
  );
});

test('a type that has another name now is renamed, and nothing beside it', () => {
  const file = (type: string) => `import type * as O from '../generated/orders.ts';
const Placeorder = 'Placeorder';
export const placeOrder: O./* here */${type} = async (Placeorder) => { throw Placeorder };
`;
  const merged = merge(file('Placeorder'));
  assert.equal(merged.text, file('PlaceOrder'));
  assert.deepEqual(merged.notes, []);
});

test('the type of another handler might be meant, so it is only reported', () => {
  unchanged(
    "import type * as Orders from '../generated/orders.ts';\nexport const placeOrder: Orders.GetOrder = async () => ({});\n",
    [/`placeOrder` has the type `GetOrder`, which is that of another handler; its own is `PlaceOrder`/],
  );
});

test('a handler whose operation is gone is reported and kept', () => {
  unchanged(`${handlerFile(source)}\nexport const cancelOrder: Orders.CancelOrder = async () => ({});\n`, [
    /`cancelOrder` has the type `CancelOrder`, which orders\.svc declares no longer/,
  ]);
});

test('a file that is no TypeScript is left alone, and the place of the fault is said', () => {
  unchanged('export const a = 1;\nexport const placeOrder = async ( => {\n', [
    /^it cannot be read as TypeScript.*: 2:\d+ /,
  ]);
  unchanged('/* never ended', [/cannot be read/]);
});

test('a handler may come in any form that exports its name', () => {
  for (const form of [
    'export async function placeOrder() {}',
    'async function placeOrder() {}\nexport { placeOrder };',
    'const make = () => {};\nexport { make as placeOrder };',
    "export { placeOrder } from './elsewhere.ts';",
    'export const { placeOrder, other: [x] } = make();',
    'export const a = 1, placeOrder = 2;',
    "export * as placeOrder from './elsewhere.ts';",
    'export class placeOrder {}',
  ]) {
    unchanged(form);
  }
});

test('a handler that nobody can see, or that may be there, is reported', () => {
  unchanged('const placeOrder = 1;\n', [/`placeOrder` is declared but not exported/]);
  unchanged("import { placeOrder } from './elsewhere.ts';\n", [/declared but not exported/]);
  unchanged("export * from './elsewhere.ts';\n", [/`export \*` may already bring it/]);
});

test('what only looks like the handler does not hide that it is missing', () => {
  const line = `import type * as Orders from '../generated/orders.ts';\nexport const placeOrder: Orders.PlaceOrder = 1;\n`;
  for (const disguise of [
    `/*\n${line}*/\n`,
    `const text = \`\n${line}\`;\n`,
    `const text = "\\\n${line.split('\n')[1]}\\\n";\n${line.split('\n')[0]}\n`,
  ]) {
    assert.ok(!isCurrent(disguise, source), disguise);
  }
  assert.ok(merge(`/*\n${line}*/\n`).text.endsWith(source.skeleton('Orders', 'ServiceError')));
});

// ── laws ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Pieces of files as people write them. */
const pieces = [
  "import { a } from './a.ts';",
  "import type * as Orders from '../generated/orders.ts';",
  "import type * as O from '../generated/orders.ts' // why",
  "import { ServiceError } from '@weir/runtime'",
  "import type { ServiceError } from '@weir/runtime';",
  "import './effect.ts'; /* first */",
  'export const placeOrder: Orders.PlaceOrder = async () => {};',
  'export  const  placeOrder:O.Placeorder=async()=>{  }',
  'export const other: Orders.Gone = 1 as never;',
  'const Orders = 1;',
  'export async function helper ( ) { return `\n$\n` }',
  '// export const placeOrder: Orders.PlaceOrder = 1',
  '/* a\n\n\tcomment */',
  '/** Of what follows. */',
  '\ttype T = { [K in string]: 1 };;',
  'export default class {}',
  "export * from './b.ts';",
  "'use strict';",
  '// @ts-nocheck',
  'const regex = /\\/*[`\'"]/u;',
  'syntax error here (',
  '   ',
  '',
];
const files = fc
  .record({
    mark: fc.constantFrom('', '\ufeff', '#!/usr/bin/env node\n'),
    lines: fc.array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom('\n', '\n', '\r\n', '\n\n')), {
      maxLength: 8,
    }),
    end: fc.constantFrom('', '// the end', 'export {}'),
  })
  .map(({ mark, lines, end }) => mark + lines.flat().join('') + end);

/** Is `text` the original with imports at one place, and the skeleton at the end, and nothing else? */
function onlyAdds(original: string, text: string): boolean {
  const unix = (part: string): string => part.replaceAll('\r\n', '\n');
  const start = text.lastIndexOf('export const placeOrder: ');
  const written = /^export const placeOrder: (\w+)\.[\s\S]*throw new (\w+)/.exec(text.slice(Math.max(start, 0)));
  const appended = written && unix(text.slice(start)) === source.skeleton(written[1]!, written[2]!);
  const body = appended && !original.endsWith(text.slice(start)) ? text.slice(0, start) : text;
  for (const gap of body === text ? [''] : ['\n', '\r\n', '\n\n', '\r\n\r\n']) {
    const extra = body.length - gap.length - original.length;
    if (!body.endsWith(gap) || extra < 0) continue;
    for (let at = 0; at <= original.length && body.startsWith(original.slice(0, at)); at++) {
      const inserted = body.slice(at, at + extra);
      const rest = body.slice(at + extra, body.length - gap.length);
      if (rest === original.slice(at) && /^(import .*;|\s)*$/.test(unix(inserted))) return true;
    }
  }
  return false;
}

test('every byte of a person stays: a merge only adds imports and the skeleton, or renames the type', () => {
  fc.assert(
    fc.property(files, (existing) => {
      const { text } = merge(existing);
      const renamed = existing.replace('placeOrder:O.Placeorder', 'placeOrder:O.PlaceOrder');
      assert.ok(
        [existing, renamed].some((original) => onlyAdds(original, text)),
        JSON.stringify({ existing, text }, null, 2),
      );
    }),
    { numRuns: 1500 },
  );
});

test('a merge is done once: merging again changes nothing and says the same', () => {
  fc.assert(
    fc.property(files, (existing) => {
      const once = merge(existing);
      const twice = merge(once.text);
      assert.equal(twice.text, once.text);
      assert.deepEqual(twice.notes, once.notes);
    }),
    { numRuns: 500 },
  );
});

test('a quick look never says that a file is current when the parser would add something', () => {
  fc.assert(
    fc.property(files, (existing) => {
      if (!isCurrent(existing, source)) return;
      const slow = mergeHandler(`${existing}\n;/* \` */`, { ...source });
      assert.ok(
        slow.notes.some((note) => note.includes('cannot be read')) || !slow.text.includes('unimplemented'),
        existing,
      );
    }),
    { numRuns: 500 },
  );
});
