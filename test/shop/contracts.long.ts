import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileScope } from '../child.ts';
import { missing } from '../installed.ts';
import { documentNames, type FuzzedShop, startFuzzedShop } from './fuzz-contracts.ts';

const skip = missing('schemathesis');
const seed = Number(process.env.WEIR_SEED ?? Math.floor(Math.random() * 2 ** 31));
const scope = fileScope();
let shop: FuzzedShop;

before(async () => {
  if (!skip) shop = await startFuzzedShop(scope);
});

for (const document of documentNames) {
  test(`${document} is true (WEIR_SEED=${seed})`, { skip, timeout: 900_000 }, async () => {
    assert.equal(await shop.fuzz(document, { examples: 400, seed }), '');
  });
}
