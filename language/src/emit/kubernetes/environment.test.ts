import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { environmentName } from '../../../../runtime/src/config/environment.ts';
import { upperSnakeCase } from '../names.ts';

test('variables are spelt as the runtime looks for them, whatever a service is called', () => {
  const names = fc
    .stringMatching(/^[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/)
    .filter((name) => /[A-Za-z0-9]/.test(name));
  fc.assert(
    fc.property(names, (name) => {
      assert.equal(upperSnakeCase(name), environmentName(name));
    }),
    { numRuns: 2000 },
  );
});
