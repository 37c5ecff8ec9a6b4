import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectsFrom } from '../objects-fixture.ts';
import { assertValid } from '../schema-fixture.ts';

/** The rate limit of a gateway that says so much. */
async function limited(limit: string): Promise<unknown> {
  const find = await objectsFrom(
    `service a { http 80 rpc A() { route GET /a } } gateway g { host "g.example" serves a limit { ${limit} } }`,
  );
  const policy = find('g', 'BackendTrafficPolicy');
  assert.ok(policy);
  assertValid(policy);
  return policy.spec.rateLimit;
}

test('a limit counts what it says, in the shortest unit that has whole requests', async () => {
  const local = (...limits: object[]) => ({ type: 'Local', local: { rules: limits.map((limit) => ({ limit })) } });
  assert.deepEqual(await limited('rate 200/s'), local({ requests: 200, unit: 'Second' }));
  assert.deepEqual(await limited('rate 90/min'), local({ requests: 90, unit: 'Minute' }));
  assert.deepEqual(await limited('rate 10/h'), local({ requests: 10, unit: 'Hour' }));
});

test('requests of one address, or with one value of a header, are counted together', async () => {
  const limit = { requests: 5, unit: 'Second' };
  assert.deepEqual(await limited('rate 5/s key client.ip'), {
    type: 'Local',
    local: {
      rules: ['0.0.0.0/0', '::/0'].map((value) => ({
        clientSelectors: [{ sourceCIDR: { type: 'Distinct', value } }],
        limit,
      })),
    },
  });
  assert.deepEqual(await limited('rate 5/s key header "X-Key" scope global'), {
    type: 'Global',
    global: { rules: [{ clientSelectors: [{ headers: [{ name: 'X-Key', type: 'Distinct' }] }], limit }] },
  });
});

test('without a limit there is nothing to say', async () => {
  const find = await objectsFrom('service a { http 80 } gateway g { host "g.example" serves a }');
  assert.equal(find('g', 'BackendTrafficPolicy'), undefined);
});
