import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fragment } from '../model/fragment.ts';
import { Linker, link } from '../model/link.ts';
import { readFragment } from '../syntax/read-fragment.ts';
import { check } from './index.ts';

const pages = new URL('../../docs/rules/', import.meta.url);

/** The examples of all pages, in which each rule finds something: they declare the same names again and again. */
const examples = readdirSync(pages).flatMap((page) =>
  [...readFileSync(new URL(page, pages), 'utf8').matchAll(/^```svc.*\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text),
);

const paths = ['a', 'b', 'c', 'd', 'e'];
const known = new Map<string, Fragment>();

/** The same object for the same text, as in the editor. */
function fragment(path: string, text: string): Fragment {
  const found = known.get(path + text) ?? readFragment({ path, text });
  known.set(path + text, found);
  return found;
}

test('through any edits, the findings are those of a check for the first time', () => {
  assert.ok(examples.length > 100);
  const text = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...examples) },
    { weight: 1, arbitrary: fc.constantFrom('', 'service half {', 'package other\n') },
  );
  const edit = fc.record({ path: fc.constantFrom(...paths), text });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 5, maxLength: 12 }), (edits) => {
      const linker = new Linker();
      const files = new Map<string, string>();
      for (const { path, text: now } of edits) {
        files.set(path, now);
        const fragments = [...files].map(([name, content]) => fragment(name, content));
        const model = linker.link(fragments);
        const fresh = link([...files].map(([name, content]) => readFragment({ path: name, text: content })));
        assert.deepEqual(model, fresh);
        assert.deepEqual(check(model), check(fresh));
      }
    }),
    { numRuns: 40 },
  );
});
