import { duration, select } from '../promql.ts';
import type { AlertingRule, RecordingRule, RuleGroup } from './groups.ts';
import type { Objective } from './objectives.ts';
import { type BurnWindows, burnWindows } from './windows.ts';

/** What a group of rules records of an objective; dashboards read them. */
export const records = {
  objective: 'slo:objective:ratio',
  errors: (window: string) => `slo:errors:ratio_rate${window}`,
  remaining: 'slo:error_budget_remaining:ratio',
} as const;

const bad = 'slo:bad_events:rate5m';
const all = 'slo:events:rate5m';

/** A day of raw series is much to read twice a minute: from here on, windows are made of what was recorded. */
const longestOfRaw = 6 * 3600;

/** The rules of an objective: its rate of errors over each window, what is left of its budget, and the alerts. */
export function objectiveRules(objective: Objective, system: string): RuleGroup {
  const { name, of } = objective;
  const windows = burnWindows(objective.windowSeconds, Number(objective.budget));
  return {
    name: `${of}: ${name}`,
    rules: [...recordingRules(objective, windows), ...windows.map((burn) => alertingRule(objective, burn, system))],
  };
}

const labelsOf = ({ of, name }: Objective) => ({ service: of, slo: name });

function recordingRules(objective: Objective, windows: readonly BurnWindows[]): RecordingRule[] {
  const labels = labelsOf(objective);
  const record = (record: string, expr: string): RecordingRule => ({ record, expr, labels });
  const whole = duration(objective.windowSeconds);
  return [
    record(bad, objective.bad('5m')),
    record(all, objective.all('5m')),
    ...windowsOf(windows).map(([window, seconds]) =>
      record(records.errors(window), errorRatio(objective, window, seconds)),
    ),
    record(records.objective, `vector(${objective.objective})`),
    // Of a promise of everything there is nothing to use up.
    ...(objective.budget === '0'
      ? []
      : [record(records.remaining, `1 - (\n${indented(recorded(objective, whole))}\n) / ${objective.budget}`)]),
  ];
}

/** Each window once, shortest first. */
function windowsOf(windows: readonly BurnWindows[]): readonly (readonly [window: string, seconds: number])[] {
  const seconds = new Map(
    windows.flatMap(({ long, short, longSeconds, shortSeconds }) => [
      [long, longSeconds],
      [short, shortSeconds],
    ]),
  );
  return [...seconds].sort(([, a], [, b]) => a - b);
}

/** No ratio where nothing happened: 0 / 0 is no error. */
function errorRatio(objective: Objective, window: string, seconds: number): string {
  if (seconds > longestOfRaw) return recorded(objective, window);
  return `(\n${indented(objective.bad(window))}\n)\n/\n(${objective.all(window)} > 0)`;
}

const indented = (text: string): string => text.replace(/^/gm, '  ');

function recorded(objective: Objective, window: string): string {
  const over = (record: string) => `sum_over_time(${select(record, labelsOf(objective))}[${window}])`;
  return `${over(bad)}\n/\n(${over(all)} > 0)`;
}

function alertingRule(objective: Objective, burn: BurnWindows, system: string): AlertingRule {
  const labels = labelsOf(objective);
  const limit = burn.factor === 1 ? objective.budget : `${burn.factor} * ${objective.budget}`;
  const above = (window: string) => `${select(records.errors(window), labels)} > ${limit}`;
  return {
    alert: 'ErrorBudgetBurn',
    expr: `${above(burn.long)}\nand\n${above(burn.short)}`,
    labels: {
      ...labels,
      system,
      severity: objective.ours ? burn.severity : 'ticket',
      window: burn.long,
      ...(objective.owner === undefined ? {} : { owner: objective.owner }),
    },
    annotations: {
      summary: `${objective.of} goes through its error budget for ${objective.name}${burn.factor === 1 ? '' : ` ${burn.factor} times too fast`}`,
      description:
        `Promised: ${objective.says}, over ${duration(objective.windowSeconds)}. Over the last ${burn.long}, ` +
        `{{ $value | humanizePercentage }} went wrong. ${share(burn, objective)} of what is allowed went into that.`,
    },
  };
}

/** How much of the budget is gone when the alert comes. */
const share = ({ factor, longSeconds }: BurnWindows, { windowSeconds }: Objective): string =>
  `${Number(((factor * longSeconds * 100) / windowSeconds).toPrecision(2))} %`;
