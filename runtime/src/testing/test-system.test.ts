import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testSystem } from './index.ts';
import { books, booksHandlers, loans, loansHandlers, NoSuchBook } from './lending-fixture.ts';

const services = [
  { definition: loans, handlers: loansHandlers },
  { definition: books, handlers: booksHandlers },
];
const ada = { subject: 'ada', scopes: ['borrow'] };
const asked = { isbn: '1001', reader: 'ada', title: '' };

test('services call each other, each through the other’s admission', async (t) => {
  const system = await testSystem({ services });
  t.after(system.stop);
  const loan = await system.service(loans).call('Borrow', asked, { principal: ada });
  assert.equal(loan.title, 'Structured Programming');
  await assert.rejects(
    system.service(loans).call('Borrow', { ...asked, isbn: '1002' }, { principal: ada }),
    (error) => error instanceof NoSuchBook && error.fields.isbn === '1002',
  );
  await system.events.settled();
  assert.deepEqual(
    system.hops.map(({ from, to, outcome }) => `${from} → ${to}: ${outcome}`),
    ['loans → books: ok', 'lending.Lent → loans: ok', 'loans → books: not-found'],
  );
  assert.equal(await system.service(books).metric('weir_requests_total', { operation: 'GetBook' }), 2);
});

test('streams pass from service to service', async (t) => {
  const system = await testSystem({ services });
  t.after(system.stop);
  const titles: string[] = [];
  for await (const { title } of system.service(loans).call('Follow', { isbn: '1001' })) titles.push(title);
  assert.deepEqual(
    titles,
    ['first', 'second', 'third'].map((edition) => `Structured Programming, ${edition}`),
  );
});

test('the deadline of a caller travels: the callee stops when nobody waits', async (t) => {
  const reasons: string[] = [];
  const hanging = {
    ...booksHandlers,
    getBook: (_: object, { signal }: { signal: AbortSignal }) =>
      new Promise<never>(() => signal.addEventListener('abort', () => reasons.push(signal.reason?.code))),
  };
  const system = await testSystem({
    services: [services[0]!, { definition: books, handlers: hanging }],
  });
  t.after(system.stop);
  const call = system.service(loans).call('Borrow', asked, { principal: ada, deadline: '200ms' });
  await assert.rejects(system.until(call), { code: 'deadline-exceeded' });
  assert.deepEqual([system.clock.now(), reasons.length], [200, 1]);
});

test('faults are on an edge, on all ways to a service, or on a consumer', async (t) => {
  const system = await testSystem({ services });
  t.after(system.stop);
  system.faults.on('books', { from: 'nobody' }).down();
  await system.service(loans).call('Borrow', asked, { principal: ada });
  system.faults.on('books', { from: 'loans' }).down();
  await assert.rejects(system.until(system.service(loans).call('Borrow', asked, { principal: ada })), {
    code: 'unavailable',
  });
  // The test itself is no service, and still gets through.
  assert.equal((await system.service(books).call('GetBook', { isbn: '1001' })).isbn, '1001');
  system.faults.consumer('Remember').fail('unavailable', { times: 1 });
  assert.equal((await system.service(loans).deliver('Remember', { ...asked, title: 'T' })).outcome, 'retry');
});

test('a service that does not start stops the others, and says why', async () => {
  await assert.rejects(testSystem({ services }, { config: { loans: { days: 'many' } } }), /days/);
});

test('a service that is not there is named', async (t) => {
  const system = await testSystem({ services: [services[1]!] });
  t.after(system.stop);
  assert.throws(() => system.service(loans), /loans does not run in this test; it has books/);
});
