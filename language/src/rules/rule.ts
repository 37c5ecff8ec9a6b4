import type { Fix, Model, Place } from '../model/model.ts';
import type { Related, Severity } from './diagnostic.ts';
import type { RuleName, table } from './table.ts';

export const groups = ['names and types', 'contracts', 'policies', 'topology', 'events', 'deployment'] as const;
export type Group = (typeof groups)[number];

/** The limits of a rule that `weir.json` may move: `{ "max": 12 }`. */
export type Thresholds = Readonly<Record<string, number>>;

/** A row of the table. What the message needs is what a report must give. */
export interface Row<Values, Limits extends Thresholds = Record<never, number>> {
  readonly group: Group;
  readonly severity: Severity;
  /** When it holds, in a line: begins small, no full stop. */
  readonly summary: string;
  readonly message: (values: Values) => string;
  /** What would mend it. */
  readonly hint?: (values: Values) => string | undefined;
  readonly thresholds?: Limits;
  /** Found while reading the text: there is no sound model behind it, so `@allow` cannot silence it. */
  readonly reading?: true;
  /** Its related places are the hops of a path, in order, from where the finding stands on. */
  readonly path?: true;
  /** Some of its findings have fixes. */
  readonly fixable?: true;
}

/** A row, its types inferred. */
export const row = <Values, Limits extends Thresholds = Record<never, number>>(
  it: Row<Values, Limits>,
): Row<Values, Limits> => it;

/** What the builder of the model has written already; the table gives it its severity and its page. */
export interface Read {
  readonly message: string;
  readonly hint?: string | undefined;
}

type Table = typeof table;

/** What a report of the rule must give. */
export type ValuesOf<N extends RuleName> = Parameters<Table[N]['message']>[0];

export type ThresholdsOf<N extends RuleName> = Table[N] extends { readonly thresholds?: infer L }
  ? NonNullable<L>
  : never;

/** What a rule says of one place. */
export interface Finding<N extends RuleName> {
  readonly at: Place;
  readonly values: ValuesOf<N>;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
  /** Where else an `@allow` silences it: the `uses` of a call, say. */
  readonly allowedAt?: readonly Place[];
}

export interface Report<N extends RuleName> {
  (finding: Finding<N>): void;
  /** Would an `@allow` silence a finding here? It then counts as needed. For rules that tell of many places in one finding. */
  silences(place: Pick<Finding<N>, 'at' | 'allowedAt'>): boolean;
}

/** A rule: reads the model, which may be partial, and reports. It never throws. */
export type Check<N extends RuleName> = (model: Model, report: Report<N>, thresholds: ThresholdsOf<N>) => void;

/** The functions of some rules, by name: what a group's file exports. */
export type Checks<N extends RuleName = RuleName> = { readonly [K in N]: Check<K> };
