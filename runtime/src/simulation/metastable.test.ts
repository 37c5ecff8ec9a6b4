import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BACKLOG, CAPACITY, type Course, courseOf, type Defence, LOAD } from './overload-fixture.ts';

/** In the language a budget is turned off by `budget 100%`. */
const OFF = 1;

const DEFENCES = {
  'no retries': { budget: OFF, attempts: 1 },
  'retries, no budget': { budget: OFF },
  'retries, budget 20 %': { budget: 0.2 },
  'the same, in 20 processes': { budget: 0.2, processes: 20 },
  'no budget, breaker': {
    budget: OFF,
    client: { breaker: { failures: 0.5, of: 20, within: 10_000, open: 5000, probes: 3 } },
  },
  'no budget, limit at the server': { budget: OFF, server: { limit: { rate: 18, burst: 18 } } },
  'no budget, bulkhead at the server': { budget: OFF, server: { bulkhead: { concurrent: 2, queue: 16 } } },
  'no budget, shed at the server': { budget: OFF, server: { shed: { gradient: true } } },
} as const satisfies Record<string, Defence>;

const courses = new Map<string, Course>();
for (const [name, defence] of Object.entries(DEFENCES)) courses.set(name, await courseOf(defence, 1));

function course(name: keyof typeof DEFENCES): Course {
  return courses.get(name)!;
}

test('before the spike the server answers everything, whatever the policies', () => {
  for (const { before } of courses.values()) assert.ok(before > 0.95 * LOAD, `${before} calls a second`);
});

test('without a budget retries keep the server down for the rest of the hour, though the spike is long over', () => {
  const { after, end, amplification, recovery } = course('retries, no budget');
  assert.deepEqual([after, end, recovery], [0, 0, Number.POSITIVE_INFINITY]);
  assert.ok(amplification > 2.9, `${amplification} attempts for each call`);
});

test('with a budget of 20 % it recovers in the time that its queue takes, and a minute', () => {
  const { end, amplification, recovery } = course('retries, budget 20 %');
  // Of the calls in flight a fifth are retries: 1.25 attempts for each.
  const queue = (1000 * BACKLOG) / (CAPACITY - 1.25 * LOAD);
  assert.ok(recovery <= queue + 60_000, `${recovery} ms`);
  assert.ok(end > 0.95 * LOAD && amplification < 1.01);
});

test('it is the retries: without them it recovers as well', () => {
  const { recovery } = course('no retries');
  const queue = (1000 * BACKLOG) / (CAPACITY - LOAD);
  assert.ok(recovery <= queue + 60_000, `${recovery} ms`);
});

// Each process has its floor of three retries in flight (runtime.md), more than the calls that it has: it is the credit that bounds them.
test('so it does where callers are many and small, each with fewer calls in flight than its floor', () => {
  const { end, amplification, recovery } = course('the same, in 20 processes');
  const queue = (1000 * BACKLOG) / (CAPACITY - 1.25 * LOAD);
  assert.ok(recovery <= queue + 60_000, `${recovery} ms`);
  assert.ok(end > 0.95 * LOAD && amplification < 1.01, `${amplification} attempts for each call`);
});

test('a breaker brings it back as well, by calling it less while it fails', () => {
  const { recovery, end } = course('no budget, breaker');
  assert.ok(recovery <= 60_000, `${recovery} ms`);
  assert.ok(end > 0.95 * LOAD);
});

test('a server that refuses what it cannot do never goes down: by limit, bulkhead or shed', () => {
  for (const name of [
    'no budget, limit at the server',
    'no budget, bulkhead at the server',
    'no budget, shed at the server',
  ] as const) {
    const { during, recovery } = course(name);
    assert.ok(during > 0.85 * CAPACITY, `${name}: ${during} calls a second in the spike`);
    assert.ok(recovery <= 10_000, `${name}: ${recovery} ms`);
  }
});

test('the table', (t) => {
  const lines = [...courses].map(([name, { before, during, after, end, amplification, recovery }]) =>
    [
      name.padEnd(34),
      ...[before, during, after, end, amplification].map((figure) => figure.toFixed(1).padStart(8)),
      (recovery === Number.POSITIVE_INFINITY ? 'never' : `${recovery / 1000} s`).padStart(10),
    ].join(''),
  );
  t.diagnostic(`${CAPACITY} calls/s are possible, ${LOAD} come, and for one minute 60; answered per second:`);
  t.diagnostic(`${''.padEnd(34)}  before  during   after     end  att/call  recovers`);
  for (const line of lines) t.diagnostic(line);
});
