import { Wrong } from './cases.ts';
import { breakerCases } from './cases-breakers.ts';
import { callCases } from './cases-calls.ts';
import { serviceCases } from './cases-services.ts';
import { cockatiel } from './cockatiel.ts';
import type { Library } from './library.ts';
import { moleculer } from './moleculer.ts';
import { opossum } from './opossum.ts';
import { weir } from './weir.ts';

/** The lines of "What correct means", in short. */
export const lines: readonly string[] = [
  'Abort during backoff ends the call now, and no further attempt is made',
  'A timed-out attempt keeps its bulkhead permit until its work has settled',
  'Each attempt has its own cancellation',
  'A breaker never opens below its minimum volume; running calls do not count',
  'Half open, exactly the probes pass, the rest are refused at once; a hung probe is no end',
  'A result counts for the generation in which its call began',
  'Windows slide; they do not tumble',
  'Timeouts are failures; 4xx, the caller’s abort and own refusals are not',
  'Retries only where the call may be repeated',
  'A budget for retries; over budget means fail now',
  '`Retry-After` overrides backoff, capped, and ends the retrying if the deadline comes first',
  'Deadlines travel as time left; a wall clock that jumps changes nothing',
  'Timers above 2^31-1 ms work',
  'One caller’s abort does not cancel a fetch that others wait for',
  'Events come again until they are handled',
  'Idempotency keys: same answer, 422, 409',
];

export const libraries: readonly Library[] = [weir, cockatiel, opossum, moleculer];

/** How a library does on a line: what went wrong, nothing if nothing did, undefined where it lacks the features. */
export type Verdict = readonly string[] | undefined;

/** Runs every case of a line for which the library has what it needs. */
export async function judge(library: Library, line: number): Promise<Verdict> {
  const cases = [...callCases, ...breakerCases, ...serviceCases].filter((one) => one.line === line);
  const possible = cases.filter(({ needs }) => needs.every((feature) => library.has.has(feature)));
  if (possible.length === 0) return undefined;
  const wrongs = new Set<string>();
  for (const one of possible) {
    try {
      await one.run(library);
    } catch (error) {
      // Anything else is a fault of the case, and nobody's verdict.
      if (!(error instanceof Wrong)) throw error;
      wrongs.add(error.message);
    }
  }
  return [...wrongs];
}

/** The table, and below it what was wrong, as Markdown. */
export function tableOf(verdicts: ReadonlyMap<Library, readonly Verdict[]>): string {
  const all = [...verdicts];
  const marks = { passes: 'yes', fails: 'no', lacks: '—' };
  const markOf = (verdict: Verdict) => {
    if (verdict === undefined) return marks.lacks;
    return verdict.length === 0 ? marks.passes : marks.fails;
  };
  const rows = lines.map((line, at) => [String(at + 1), line, ...all.map(([, each]) => markOf(each[at]))]);
  const head = ['', 'line', ...all.map(([{ name, version }]) => (name === 'Weir' ? name : `${name} ${version}`))];
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]!.length)));
  const print = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  const table = [print(head), print(widths.map((width) => '-'.repeat(width))), ...rows.map(print)];
  const wrongs = all.flatMap(([{ name }, each]) =>
    each.flatMap((verdict, at) => (verdict ?? []).map((wrong) => `- ${name}, ${at + 1}: ${wrong}.`)),
  );
  return `${[...table, '', ...wrongs].join('\n').trimEnd()}\n`;
}
