import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readModel } from '../syntax/read.ts';
import type { Model } from './model.ts';
import { namedIn } from './named-in.ts';
import { modelOf, systems } from './random-system-fixture.ts';

const shop = join(import.meta.dirname, '../../../examples/shop/svc');

/** What the linker has noted is what stands in a copy, of which nothing is noted. */
function assertNoted(model: Model): void {
  const { messages, errors, events, aliases, policies, services, resources, externals } = model;
  const all = [...messages, ...errors, ...events, ...aliases, ...policies, ...services, ...resources, ...externals];
  for (const one of all) {
    const others = (names: ReadonlySet<string>): string[] =>
      [...names].filter((name) => name !== one.id && !name.startsWith(`${one.id}.`)).sort();
    assert.deepEqual(others(namedIn(one)), others(namedIn(structuredClone(one))), one.id);
  }
}

test('what a declaration names is known without looking for it, in the example', async () => {
  const sources = readdirSync(shop).map((path) => ({ path, text: readFileSync(join(shop, path), 'utf8') }));
  assertNoted(await readModel(sources));
});

test('and in random systems, where names are missing and some name themselves', async () => {
  await fc.assert(fc.asyncProperty(systems, async (text) => assertNoted(await modelOf(text))));
});
