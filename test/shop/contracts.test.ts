import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileScope } from '../child.ts';
import { missing } from '../installed.ts';
import { type FuzzedShop, startFuzzedShop } from './fuzz-contracts.ts';

// The shop's OpenAPI is held to what the shop does, by schemathesis; for longer in contracts.long.ts.

const skip = missing('schemathesis');
const scope = fileScope();
let shop: FuzzedShop;

before(async () => {
  if (!skip) shop = await startFuzzedShop(scope);
});

// Between them they have every operation that has a route.
for (const document of ['public.gateway.yaml', 'partners.gateway.yaml', 'orders.yaml']) {
  test(`${document} is true`, { skip, timeout: 120_000 }, async () => {
    assert.equal(await shop.fuzz(document, { examples: 10, seed: 1 }), '');
  });
}

test('a document that says too much of an answer is found out', { skip, timeout: 120_000 }, async () => {
  const changed = (text: string) => {
    const without = text.replace('        - name\n', '        - name\n        - nickname\n');
    assert.notEqual(without, text);
    return without;
  };
  assert.match(await shop.fuzz('users.yaml', { examples: 5, seed: 1, changed }), /nickname/);
});
