import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../errors.ts';
import { testService } from './index.ts';
import { loans, loansHandlers, NoSuchBook } from './lending-fixture.ts';

const ada = { subject: 'ada', scopes: ['borrow'] };
const asked = { isbn: '1001', reader: 'ada', title: '' };
const titled = { books: { getBook: ({ isbn }: { isbn: string }) => ({ isbn, title: 'Structured Programming' }) } };

test('a call goes the whole way, and what it did can be looked at', async (t) => {
  const app = await testService(loans, loansHandlers, { fakes: titled });
  t.after(app.stop);
  const loan = await app.call('Borrow', asked, { principal: ada });
  assert.deepEqual(loan, { isbn: '1001', reader: 'ada', title: 'Structured Programming' });
  assert.deepEqual(app.published('Lent'), [loan]);
  assert.deepEqual(
    app.published().map(({ event, key }) => [event, key]),
    [['Lent', '1001']],
  );
  await app.events.settled();
  assert.deepEqual(
    app.hops.map(({ from, to, operation, outcome }) => [from, to, operation, outcome]),
    [
      ['loans', 'books', 'GetBook', 'ok'],
      ['lending.Lent', 'loans', 'Remember', 'ok'],
    ],
  );
  assert.equal(await app.metric('weir_requests_total', { operation: 'Borrow', code: 'ok' }), 1);
  assert.deepEqual(
    app.logs.filter(({ msg }) => msg === 'request').map(({ operation, principal }) => [operation, principal]),
    [['Borrow', 'ada']],
  );
});

test('who may not call does not reach the handler', async (t) => {
  const app = await testService(loans, {});
  t.after(app.stop);
  await assert.rejects(app.call('Borrow', asked), { code: 'unauthenticated' });
  await assert.rejects(app.call('Borrow', asked, { principal: { subject: 'eve' } }), {
    code: 'permission-denied',
    message: 'The caller lacks the scope borrow.',
  });
  const other = { ...ada, auth: 'staff' };
  await assert.rejects(app.call('Borrow', asked, { principal: other }), { code: 'unauthenticated' });
  await assert.rejects(app.call('Borrow', asked, { principal: ada }), {
    code: 'unimplemented',
    message: 'The test gives no handler of Borrow.',
  });
});

test('credentials in headers are checked with the keys of the test', async (t) => {
  const app = await testService(loans, {}, { env: { WEIR_AUTH_READER_JWKS: '{"keys":[]}' } });
  t.after(app.stop);
  await assert.rejects(app.call('Borrow', asked, { headers: { Authorization: 'Bearer a.b.c' } }), {
    code: 'unauthenticated',
  });
});

test('a request is held to its constraints, all of them', async (t) => {
  const app = await testService(loans, loansHandlers, { fakes: titled });
  t.after(app.stop);
  await assert.rejects(app.call('Borrow', { isbn: 'x', reader: '', title: '' }, { principal: ada }), (error) => {
    assert.ok(error instanceof ServiceError);
    assert.deepEqual(
      [error.code, error.violations?.map(({ field }) => field)],
      ['invalid-argument', ['isbn', 'reader']],
    );
    return true;
  });
});

test('a declared error is that class again, with its fields', async (t) => {
  const getBook = ({ isbn }: { isbn: string }) => {
    throw new NoSuchBook({ isbn });
  };
  const app = await testService(loans, loansHandlers, { fakes: { books: { getBook } } });
  t.after(app.stop);
  await assert.rejects(app.call('Borrow', asked, { principal: ada }), (error) => {
    assert.ok(error instanceof NoSuchBook);
    assert.deepEqual([error.fields, error.status], [{ isbn: '1001' }, 404]);
    return true;
  });
});

test('a caller sees no more than in production, and a test sees the cause', async (t) => {
  const thrown = new TypeError('not a book');
  const borrow = () => Promise.reject(thrown);
  const app = await testService(loans, { borrow });
  t.after(app.stop);
  await assert.rejects(app.call('Borrow', asked, { principal: ada }), (error: Error) => {
    assert.ok(!error.message.includes('not a book'));
    assert.equal(error.cause, thrown);
    return true;
  });
});

test('a neighbour that nobody plays is named', async (t) => {
  const app = await testService(loans, loansHandlers);
  t.after(app.stop);
  await assert.rejects(app.call('Borrow', asked, { principal: ada }), (error: Error) => {
    assert.match(String((error.cause as Error).message), /books\.GetBook .*fakes: \{ books: \{ getBook: … \} \}/);
    return true;
  });
});

test('a fake is told what a callee is told, and its requests are checked as the callee would', async (t) => {
  const seen: unknown[] = [];
  const borrow: typeof loansHandlers.borrow = async (loan, { books }) => ({
    ...loan,
    ...(await books.getBook({ isbn: 'no isbn' })),
  });
  const app = await testService(
    loans,
    { ...loansHandlers, borrow },
    { fakes: { books: { getBook: ({ isbn }) => ({ isbn, title: '' }) } } },
  );
  t.after(app.stop);
  await assert.rejects(app.call('Borrow', asked, { principal: ada }), { code: 'internal' });

  const other = await testService(loans, loansHandlers, {
    fakes: {
      books: {
        getBook: ({ isbn }, { from, headers, timeLeft, signal }) => {
          seen.push([from, headers['x-request-id'], timeLeft, signal.aborted]);
          return { isbn, title: 'T' };
        },
      },
    },
  });
  t.after(other.stop);
  await other.call('Borrow', asked, { principal: ada, headers: { 'X-Request-Id': 'r-1' } });
  assert.deepEqual(seen, [['loans', 'r-1', 500, false]]);
});

test('time is the test’s: a neighbour that fails is asked again after its backoff', async (t) => {
  const app = await testService(loans, loansHandlers, { fakes: titled });
  t.after(app.stop);
  app.faults.on('books').fail('unavailable', { times: 2 });
  const call = app.call('Borrow', asked, { principal: ada });
  await app.advance(0);
  assert.equal(app.hops.length, 1);
  await app.advance('100ms');
  await app.advance('100ms');
  assert.equal((await call).title, 'Structured Programming');
  assert.deepEqual(
    app.hops.filter(({ to }) => to === 'books').map(({ attempt, outcome }) => [attempt, outcome]),
    [
      [1, 'unavailable'],
      [2, 'unavailable'],
      [3, 'ok'],
    ],
  );
  assert.equal(await app.metric('weir_edge_retries_total', { to: 'books' }), 2);
});

test('the same seed has the same backoffs, another has others', async (t) => {
  const took = async (seed: number) => {
    const app = await testService(loans, loansHandlers, { fakes: titled, seed });
    t.after(app.stop);
    app.faults.on('books').fail('unavailable', { times: 2 });
    await app.until(app.call('Borrow', asked, { principal: ada }));
    return app.clock.now();
  };
  assert.equal(await took(7), await took(7));
  assert.notEqual(await took(7), await took(8));
});

test('latency takes time, and a timeout ends what takes too long', async (t) => {
  const app = await testService(loans, loansHandlers, { fakes: titled });
  t.after(app.stop);
  const slow = app.faults.on('books').latency('300ms');
  await app.until(app.call('Borrow', asked, { principal: ada }));
  assert.equal(app.clock.now(), 300);

  slow.heal();
  app.faults.on('books', { operation: 'GetBook' }).latency('600ms', { times: 1 });
  await app.until(app.call('Borrow', asked, { principal: ada, headers: { 'idempotency-key': '2' } }));
  assert.deepEqual(
    app.hops.filter(({ to }) => to === 'books').map(({ outcome, latency }) => [outcome, latency]),
    [
      ['ok', 300],
      ['deadline-exceeded', 500],
      ['ok', 0],
    ],
  );
});

test('a partition is silence until it heals; what is down is known at once; what is lost was done', async (t) => {
  let done = 0;
  const getBook = ({ isbn }: { isbn: string }) => {
    done += 1;
    return { isbn, title: 'T' };
  };
  const app = await testService(loans, loansHandlers, { fakes: { books: { getBook } } });
  t.after(app.stop);
  app.faults.on('books').partition();
  await assert.rejects(app.until(app.call('Borrow', asked, { principal: ada })), { code: 'deadline-exceeded' });
  assert.equal(done, 0);
  assert.ok(app.clock.now() >= 1500, 'three attempts of 500 ms');
  assert.deepEqual(
    app.breakers().map(({ state }) => state),
    ['closed'],
  );

  app.faults.clear();
  app.faults.on('books').down({ times: 1 });
  await assert.rejects(app.until(app.call('Borrow', asked, { principal: ada })), { code: 'unavailable' });
  assert.deepEqual(
    app.breakers().map(({ state }) => state),
    ['open'],
    'four failures of four',
  );

  const other = await testService(loans, loansHandlers, { fakes: { books: { getBook } } });
  t.after(other.stop);
  other.faults.on('books').lose({ times: 1 });
  await other.until(other.call('Borrow', asked, { principal: ada }));
  assert.equal(done, 2);
});

test('the deadline of a caller holds, and one who leaves takes the call along', async (t) => {
  const aborted: unknown[] = [];
  const getBook = (_: object, { signal }: { signal: AbortSignal }) =>
    new Promise<never>(() => signal.addEventListener('abort', () => aborted.push(signal.reason.code)));
  const app = await testService(loans, loansHandlers, { fakes: { books: { getBook } } });
  t.after(app.stop);
  const late = app.call('Borrow', asked, { principal: ada, deadline: '250ms' });
  await assert.rejects(app.until(late), { code: 'deadline-exceeded' });
  assert.equal(app.clock.now(), 250);

  const leaving = new AbortController();
  const left = app.call('Borrow', asked, { principal: ada, signal: leaving.signal });
  await app.advance(0);
  leaving.abort();
  await assert.rejects(left, { code: 'cancelled' });
  assert.deepEqual(aborted, ['cancelled', 'cancelled']);
});

test('a limit counts by who calls, and lets more through when time has passed', async (t) => {
  const app = await testService(loans, loansHandlers, { fakes: titled });
  t.after(app.stop);
  for (let call = 0; call < 5; call++) await app.call('Borrow', asked, { principal: ada });
  await assert.rejects(app.call('Borrow', asked, { principal: ada }), { code: 'resource-exhausted' });
  await app.call('Borrow', asked, { principal: { ...ada, subject: 'bob' } });
  await app.advance('1s');
  await app.call('Borrow', asked, { principal: ada });
});

test('an idempotency key gets the first answer again, until it is forgotten', async (t) => {
  const app = await testService(loans, loansHandlers, { fakes: titled });
  t.after(app.stop);
  const once = () => app.call('Borrow', asked, { principal: ada, headers: { 'Idempotency-Key': 'k' } });
  await once();
  await once();
  assert.equal(app.published('Lent').length, 1);
  await app.advance('25h');
  await once();
  assert.equal(app.published('Lent').length, 2);
});

test('an event is delivered to a consumer, again after its backoff, and is given up in the end', async (t) => {
  let broken = true;
  const remember = async () => {
    if (broken) throw new Error('the register is shut');
  };
  const app = await testService(loans, { ...loansHandlers, remember });
  t.after(app.stop);
  const { outcome, error } = await app.deliver('Remember', { ...asked, title: 'T' });
  assert.deepEqual([outcome, (error as Error).message], ['retry', 'the register is shut']);
  await app.events.settled();
  assert.ok(app.clock.now() >= 2000, 'two backoffs of a second and more');
  assert.deepEqual(await app.events.deadLetters(), [
    { event: 'Lent', group: 'loans', attempts: 3, reason: 'the register is shut' },
  ]);

  broken = false;
  assert.equal(await app.events.redeliver(), 1);
  await app.events.settled();
  assert.deepEqual(await app.events.deadLetters(), []);
  assert.deepEqual(await app.deliver('Remember', { ...asked, title: 'T' }), { outcome: 'done' });
  await assert.rejects(app.deliver('Remember', { isbn: 'x', reader: 'r', title: '' }), /this is no lending.Lent: isbn/);
});

test('a slow consumer holds up those behind it, and its deadline ends it', async (t) => {
  const app = await testService(loans, loansHandlers, { fakes: titled });
  t.after(app.stop);
  app.faults.consumer('Remember').latency('2s');
  await app.call('Borrow', asked, { principal: ada });
  await app.call('Borrow', { ...asked, isbn: '1002' }, { principal: ada });
  const remembered = () =>
    app.hops.filter(({ operation, outcome }) => operation === 'Remember' && outcome === 'ok').length;
  await app.advance('2s');
  assert.equal(remembered(), 1);
  await app.advance('2s');
  assert.equal(remembered(), 2);

  app.faults.consumer('Remember').latency('2s');
  assert.equal((await app.deliver('Remember', { ...asked, title: 'T' })).outcome, 'retry');
});

test('events can be held back', async (t) => {
  const app = await testService(loans, loansHandlers, { fakes: titled });
  t.after(app.stop);
  app.events.hold();
  await app.call('Borrow', asked, { principal: ada });
  await app.advance('1min');
  assert.equal(app.hops.filter(({ operation }) => operation === 'Remember').length, 0);
  app.events.release();
  await app.events.settled();
  assert.equal(app.hops.filter(({ operation }) => operation === 'Remember').length, 1);
});

test('publishing and resources have faults too', async (t) => {
  const app = await testService(loans, loansHandlers, { fakes: titled });
  t.after(app.stop);
  app.faults.on('publish').fail('unavailable', { times: 1 });
  await assert.rejects(app.call('Borrow', asked, { principal: ada }), { code: 'unavailable' });
  app.faults.on('register', { operation: 'set' }).fail(new Error('READONLY'), { times: 1 });
  await assert.rejects(app.call('Borrow', asked, { principal: ada }), { code: 'internal' });
  app.faults.on('register').latency('50ms');
  await app.until(app.call('Borrow', asked, { principal: ada }));
  assert.equal(app.clock.now(), 50);
});

test('resources may be the test’s own, settings too; a wrong one says so', async (t) => {
  const kept: unknown[] = [];
  const register = { set: async (...given: unknown[]) => void kept.push(given) } as never;
  const app = await testService(loans, loansHandlers, {
    fakes: titled,
    resources: { register },
    config: { days: 2 },
  });
  t.after(app.stop);
  await app.call('Borrow', asked, { principal: ada });
  assert.deepEqual(kept, [['1001', 'ada', 'EX', 172_800]]);
  await assert.rejects(
    testService(loans, loansHandlers, { config: { days: 61 } }),
    /days .*"61" must be within 1..60|days/,
  );
});

test('streams come one by one, and end when their reader leaves', async (t) => {
  let closed = false;
  async function* watch({ isbn }: { isbn: string }) {
    try {
      for (let edition = 1; ; edition++) yield { isbn, title: `${edition}` };
    } finally {
      closed = true;
    }
  }
  const app = await testService(loans, loansHandlers, { fakes: { books: { watch } } });
  t.after(app.stop);
  const titles: string[] = [];
  for await (const { title } of app.call('Follow', { isbn: '1001' })) {
    titles.push(title);
    if (titles.length === 3) break;
  }
  await app.advance(0);
  assert.deepEqual([titles, closed], [['1', '2', '3'], true]);
});

test('two tests of one service know nothing of each other', async (t) => {
  const borrowed = async () => {
    const app = await testService(loans, {
      ...loansHandlers,
      borrow: async (loan, { register }) => ({ ...loan, title: String(await register.incr('count')) }),
    });
    t.after(app.stop);
    return (await app.call('Borrow', asked, { principal: ada })).title;
  };
  assert.deepEqual(await Promise.all([borrowed(), borrowed()]), ['1', '1']);
});

test('with the process’s own clock nothing needs to be moved', async (t) => {
  const app = await testService(loans, loansHandlers, { fakes: titled, clock: 'real' });
  t.after(app.stop);
  app.faults.on('books').latency('30ms').fail('unavailable', { times: 1 });
  await app.call('Borrow', asked, { principal: ada });
  assert.ok(app.clock.now() > 0);
});

test('a stop drains: what runs finishes, and nothing is taken any more', async () => {
  const app = await testService(loans, loansHandlers, { fakes: titled });
  const register = app.faults.on('register').latency('2s');
  const running = app.call('Borrow', asked, { principal: ada });
  await app.advance(0);
  register.heal();
  const stopped = app.stop();
  assert.equal((await running).reader, 'ada');
  await stopped;
  await assert.rejects(app.call('Borrow', asked, { principal: ada }), { code: 'unavailable' });
});

test('calls and fakes have the types of the service', async (t) => {
  const app = await testService(loans, loansHandlers, {
    fakes: {
      books: {
        // @ts-expect-error: a book has a title
        getBook: ({ isbn }) => ({ isbn }),
      },
    },
  });
  t.after(app.stop);
  // @ts-expect-error: no such neighbour
  const { stop } = await testService(loans, loansHandlers, { fakes: { users: {} } });
  await stop();
  // @ts-expect-error: no such operation
  assert.throws(() => app.call('Lend', asked), /loans has no operation Lend; it has Borrow, Follow/);
  // @ts-expect-error: a reader is missing
  await assert.rejects(app.call('Borrow', { isbn: '1001' }, { principal: ada }));
  // @ts-expect-error: no such edge
  app.faults.on('users').heal();
  // @ts-expect-error: no such event
  assert.deepEqual(app.published('Sold'), []);
});
