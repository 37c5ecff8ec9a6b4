import { mock } from 'node:test';
import { systemClock } from '@weir/runtime/policy';
import { type Case, expect, many, passes } from './cases.ts';
import { Failure } from './library.ts';
import { later, settle } from './time.ts';

const HOUR = 3_600_000;
const fail = async () => Promise.reject(new Failure());

/** Lines 12, 13, 15 and 16: clocks and wires, in real time. */
export const serviceCases: readonly Case[] = [
  {
    line: 12,
    needs: ['deadlines that travel'],
    async run({ chain }) {
      let asked = false;
      await chain!(500, 700, () => {
        asked = true;
      });
      expect(!asked, 'began work whose time was over');
      await chain!(20_000, 20, () => {
        asked = true;
      });
      expect(asked, 'did not do work that had come in time');
    },
  },
  {
    line: 12,
    needs: ['breaker'],
    async run(library) {
      const wall = Date.now.bind(Date);
      let off = 0;
      const date = mock.method(Date, 'now', () => wall() + off);
      const breaker = { of: 10, within: 10_000, probes: 1 };
      const short = await library.guard({ breaker: { ...breaker, open: 500 } }, systemClock);
      const long = await library.guard({ breaker: { ...breaker, open: 60_000 } }, systemClock);
      try {
        for (const guard of [short, long]) await many(guard, 12, fail);
        expect(!(await passes(short)) && !(await passes(long)), 'did not open');
        off = HOUR;
        expect(!(await passes(long)), 'closed early because the wall clock had jumped');
        off = -HOUR;
        await later(800, undefined);
        expect(await passes(short), 'stays open for an hour because the wall clock has jumped back');
      } finally {
        date.mock.restore();
        for (const guard of [short, long]) await guard.close();
      }
    },
  },
  {
    line: 13,
    needs: ['timeout'],
    async run(library) {
      const guard = await library.guard({ timeout: 30 * 24 * HOUR }, systemClock);
      try {
        const answer = await guard.call(() => later(50, 'ok')).catch(() => 'timed out');
        expect(answer === 'ok', 'a timeout of 30 days is over at once');
      } finally {
        await guard.close();
        // Timers that are given up a moment later are given up before time is virtual again, when it could not be done.
        await later(20, undefined);
      }
    },
  },
  {
    line: 15,
    needs: ['events'],
    async run({ deliver }) {
      const log: string[] = [];
      await deliver!(async (attempt) => {
        log.push(`begun ${attempt}`);
        await later(20, undefined);
        if (attempt === 1) throw new Error('the database is down');
        log.push('done');
      });
      expect(log.join() === 'begun 1,begun 2,done', 'did not deliver an event until it was handled');
    },
  },
  {
    line: 16,
    needs: ['idempotency keys'],
    async run({ pay }) {
      let paid = 0;
      const running = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      const payments = await pay!(async (text) => {
        paid++;
        if (text === 'slow') {
          running.resolve();
          await gate.promise;
        }
        return `paid ${paid}`;
      });
      try {
        const first = await payments.send('a', 'k');
        const again = await payments.send('a', 'k');
        expect(paid === 1 && again.text === first.text, 'paid twice');
        expect((await payments.send('b', 'k')).status === 422, 'took another request for the same');
        const slow = payments.send('slow', 'l');
        await running.promise;
        expect((await payments.send('slow', 'l')).status === 409, 'did not say that the first still runs');
        gate.resolve();
        await slow;
        await settle();
        expect(paid === 2, 'paid twice');
      } finally {
        gate.resolve();
        await payments.close();
      }
    },
  },
];
