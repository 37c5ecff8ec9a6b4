import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median, row } from './table.ts';

/** Names of `policies/callers.ts`, and what each row says. */
const subjects: readonly (readonly [caller: string, title: string])[] = [
  ['bare', 'the bare call'],
  ['weir', 'Weir: all five'],
  ['weir, signal read', 'Weir: all five, signal read'],
  ['cockatiel', 'cockatiel: all but limit'],
  ['cockatiel, no timeout', 'cockatiel: nor timeout'],
  ['opossum', 'opossum: nor retry'],
  ['opossum, no statistics', 'opossum: its statistics off'],
];
const [bare, weir, cockatiel, opossum] = ['bare', 'weir', 'cockatiel', 'opossum'].map((name) =>
  subjects.findIndex(([caller]) => caller === name),
) as [number, number, number, number];

const warmUp = 300_000;
const rounds = 5;
const calls = 300_000;

/** CPU of one call that succeeds at once, under timeout, retry, breaker, bulkhead and limit, beside other libraries. */
export async function benchPolicies(): Promise<void> {
  const running: ChildProcess[] = [];
  try {
    for (const [caller] of subjects) {
      const child = fork(fileURLToPath(new URL('./policies/caller.ts', import.meta.url)), [caller]);
      running.push(child);
      await once(child, 'message');
    }
    for (const child of running) await microseconds(child, warmUp);
    const figures: number[][] = [];
    // Round by round: what else the machine does meets them all, and ratios are taken within a round.
    for (let round = 0; round < rounds; round++) {
      const each: number[] = [];
      for (const child of running) each.push(await microseconds(child, calls));
      figures.push(each);
    }
    print(figures);
  } finally {
    for (const child of running) child.kill();
  }
}

async function microseconds(child: ChildProcess, number: number): Promise<number> {
  child.send(number);
  const [answer] = await once(child, 'message');
  return answer as number;
}

function print(figures: readonly (readonly number[])[]): void {
  const over = (round: readonly number[], at: number) => (round[at] as number) - (round[bare] as number);
  const ofWeir = (at: number) => median(figures.map((round) => over(round, at) / over(round, weir)));
  console.log(
    `\nA call under timeout + retry + breaker + bulkhead + limit that succeeds, median of ${rounds} × ${calls}`,
  );
  row('library', 'CPU µs/call', 'over bare', 'of Weir');
  subjects.forEach(([, title], at) => {
    const total = median(figures.map((round) => round[at] as number));
    const extra = median(figures.map((round) => over(round, at)));
    if (at === bare) row(title, total.toFixed(3), '', '');
    else row(title, total.toFixed(3), extra.toFixed(3), `×${ofWeir(at).toFixed(1)}`);
  });
  const own = median(figures.map((round) => over(round, weir)));
  verdict('under 1 µs over the bare call', own < 1);
  verdict('at least 10 times cheaper than cockatiel with its timeout', ofWeir(cockatiel) >= 10);
  verdict('cheaper than opossum', ofWeir(opossum) > 1);
}

function verdict(promise: string, kept: boolean): void {
  console.log(`  ${kept ? 'kept  ' : 'MISSED'}  ${promise}`);
}
