import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { testService } from '@weir/runtime/testing';
import { loans } from './generated/loans.ts';
import { AlreadyLent, NoSuchBook } from './generated/types/library.ts';
import { handlers } from './handlers/index.ts';
import { register } from './register.ts';

const isbn = '9780131103627';

/** The service in memory; the test plays `books`. */
async function start(t: TestContext) {
  register.clear();
  const app = await testService(loans, handlers, {
    config: { days: 7 },
    fakes: {
      books: {
        getBook(wanted) {
          if (wanted.isbn !== isbn) throw new NoSuchBook({ isbn: wanted.isbn });
          return { isbn, title: 'The C Programming Language', author: 'Kernighan, Ritchie' };
        },
      },
    },
  });
  t.after(app.stop);
  return app;
}

test('a book is lent to one reader at a time', async (t) => {
  const app = await start(t);
  const { book, due } = await app.call('Borrow', { isbn, reader: 'ada' });
  assert.equal(book.title, 'The C Programming Language');
  await assert.rejects(app.call('Borrow', { isbn, reader: 'bob' }), (error) => {
    assert.ok(error instanceof AlreadyLent);
    assert.deepEqual(error.fields, { isbn, due });
    return true;
  });
  await app.call('GiveBack', { isbn });
  await app.call('Borrow', { isbn, reader: 'bob' });
});

test('what books does not know cannot be lent', async (t) => {
  const app = await start(t);
  const asked = app.call('Borrow', { isbn: '9780000000000', reader: 'ada' });
  await assert.rejects(asked, (error) => error instanceof NoSuchBook);
});

test('books may fail once: it is asked again', async (t) => {
  const app = await start(t);
  app.faults.on('books').fail('unavailable', { times: 1 });
  await app.until(app.call('Borrow', { isbn, reader: 'ada' }));
  assert.equal(app.hops.length, 2);
});
