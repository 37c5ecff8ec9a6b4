import { test } from 'node:test';
import { check } from '../check-fixture.ts';

test('shared-database: a user other than the owner', async () => {
  await check(
    'shared-database',
    'resource db postgres { owner a } service a { uses db } service b { uses x, [|db|] } service c { uses [|db|] } resource x redis',
    {
      message: /^`b` uses the database `db`, which `a` owns$/,
      hint: /^Call `a` for what is needed/,
      related: ['a'],
    },
  );
  await check('shared-database', 'resource db mongodb { owner a } service a { } service b { uses [|db|], db }');
});

test('shared-database: several users and no owner', async () => {
  await check('shared-database', 'resource [|db|] MySQL\nservice a { uses db } service b { uses db }', {
    message: /^2 services use the database `db`, and it has no `owner`$/,
    related: ['db', 'db'],
  });
});

test('shared-database: one user, the owner alone, no database, unknown owner', async () => {
  await check('shared-database', 'resource db postgres service a { uses db, db }');
  await check('shared-database', 'resource db postgres { owner a } service a { uses db } service b { }');
  await check('shared-database', 'resource db redis { owner a } service a { uses db } service b { uses db }');
  await check('shared-database', 'resource db kafka service a { uses db } service b { uses db }');
  await check('shared-database', 'resource db postgres { owner nobody } service a { uses db } service b { uses db }');
});

test('shared-database: allowed at the `uses`, the service and the database', async () => {
  const allow = '@allow(shared-database, "until the split")';
  const rest = 'service a { uses db }';
  await check('shared-database', `resource db postgres { owner a } ${rest} service b { ${allow} uses db }`);
  await check('shared-database', `resource db postgres { owner a } ${rest} ${allow} service b { uses db }`);
  await check('shared-database', `${allow} resource db postgres { owner a } ${rest} service b { uses db }`);
  await check('shared-database', `${allow} resource db postgres ${rest} service b { uses db }`);
});
