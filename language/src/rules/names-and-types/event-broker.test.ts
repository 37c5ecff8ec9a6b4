import { test } from 'node:test';
import { check } from '../check-fixture.ts';

test('unresolved-reference: events travel over brokers', async () => {
  const event = (on: string, more = ''): string => `event E on ${on} { id: uuid = 1 }  resource db postgres  ${more}`;
  await check('unresolved-reference', event('[|db|]'), {
    message: /^`db` is a postgres, no broker that could carry the event `E`$/,
    related: ['db'],
  });
  const bus = 'service s { uses db }  resource bus nats';
  await check('unresolved-reference', event('[|db|]', bus), { fixed: event('bus', bus) });
  await check('unresolved-reference', event('mine', 'resource mine something'));
  await check('unresolved-reference', event('nothing').replace('nothing', '[|nothing|]'));
});
