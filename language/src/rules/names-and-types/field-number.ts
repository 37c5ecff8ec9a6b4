import type { At, Enum, Field, Fix, Model, Place, Problem, Reserved } from '../../model/model.ts';
import { behind, comparePlaces, covering, within } from '../../model/place.ts';
import { type FieldList, labelOfFields } from '../model-parts.ts';
import type { Report } from '../rule.ts';
import { isKept, kept, limits, valueLimits } from './growing-numbers.ts';
import { notableFields } from './notable-fields.ts';

type Reporter = Report<'field-number'>;

/** A field or a value: what has a number. */
interface Numbered {
  readonly name: string;
  readonly at: Place;
  readonly number?: At<number>;
  /** The whole of it: something may be wrong with it that has been said already. */
  readonly extent: Place;
  /** Where ` = 1` has to be written. */
  readonly numberGoes: Place;
}

/** Things that stand beside each other, and the numbers that they may have. */
interface Numbering {
  readonly what: 'field' | 'value';
  readonly label: string;
  /** Where it is said that none has a number; without it each is told by itself. */
  readonly whole?: { readonly name: string; readonly at: Place };
  readonly all: readonly Numbered[];
  readonly reserved: Reserved;
  readonly from: number;
  readonly to: number;
  /** Numbers that are fit for those that need one. */
  readonly free: readonly number[];
}

export function fieldNumber(model: Model, report: Reporter): void {
  for (const list of notableFields(model).oddlyNumbered) check(model, ofFields(list), report);
  for (const declaration of notableFields(model).oddlyValued) check(model, ofValues(declaration), report);
}

function ofFields(list: FieldList): Numbering {
  const { fields, reserved } = list;
  const all = fields.map((field): Numbered => ({ ...field, numberGoes: placeForNumber(field) }));
  return {
    what: 'field',
    label: labelOfFields(list),
    all,
    reserved,
    ...limits,
    free: freeNumbers(limits.from, all, reserved, isKept),
  };
}

function ofValues({ name, at, values, reserved }: Enum): Numbering {
  const all = values.map((value, i): Numbered => {
    const next = values[i + 1];
    const extent = next ? covering(value.at, { ...next.at, end: next.at.start }) : value.at;
    return { ...value, extent, numberGoes: behind(value.at) };
  });
  const first = values.some((value) => value.number?.value === 0) ? 1 : 0;
  const free = freeNumbers(first, all, reserved, () => false);
  const label = `the values of the enum \`${name}\``;
  return { what: 'value', label, whole: { name, at }, all, reserved, ...valueLimits, free };
}

function check(model: Model, numbering: Numbering, report: Reporter): void {
  checkMissing(model, numbering, report);
  checkReserved(numbering, report);
  const { what, all, reserved } = numbering;
  const reservedNames = new Map(reserved.names.map(({ value, at }) => [value, at]));
  const firsts = new Map<number, Numbered>();
  for (const one of all) {
    const named = reservedNames.get(one.name);
    if (named) {
      const related = [{ message: 'it is reserved here', at: named }];
      report({ at: one.at, values: { what, name: one.name, wrong: 'reserved-name' }, related });
    }
    if (!one.number) continue;
    checkNumber(numbering, one.name, one.number, firsts.get(one.number.value), report);
    if (!firsts.has(one.number.value)) firsts.set(one.number.value, one);
  }
}

function checkMissing(model: Model, { what, label, whole, all, free }: Numbering, report: Reporter): void {
  const missing = all.filter((one) => !one.number && !model.problems.some((problem) => speaksOf(problem, one)));
  const edits = missing.map(({ numberGoes }, i) => ({ at: numberGoes, text: ` = ${free[i]}` }));
  const fixes = [{ title: `Number ${label}`, edits }];
  // Other languages count the values by themselves: who left all numbers out has made one mistake, not many.
  if (whole && missing.length > 1 && missing.length === all.length) {
    report({ at: whole.at, values: { what, name: whole.name, wrong: 'unnumbered' }, fixes });
    return;
  }
  for (const { name, at } of missing) report({ at, values: { what, name, wrong: 'missing' }, fixes });
}

type Range = Reserved['numbers'][number];

const covers = (range: Pick<Range, 'from' | 'to'>, number: number): boolean =>
  range.from <= number && number <= range.to;

/** Of what is wrong with a reserved range, the first is told: empty, out of range, reserved before. */
function checkReserved(numbering: Numbering, report: Reporter): void {
  const { what, label, reserved, from, to } = numbering;
  const values = { what, name: label };
  const sound = reserved.numbers.filter((range) => {
    const text = rangeText(range);
    if (range.from > range.to) {
      report({
        at: range.at,
        values: { ...values, wrong: 'reserved-empty', range: text },
        fixes: swapped(numbering, range),
      });
    } else if (range.from < from || range.to > to) {
      report({ at: range.at, values: { ...values, wrong: 'reserved-range', range: text, from, to } });
    } else return true;
    return false;
  });
  for (const [first, second] of [...overlaps(sound), ...namesTwice(reserved)]) {
    const text = 'from' in second ? rangeText(second) : JSON.stringify(second.value);
    const related = [{ message: 'it is reserved here already', at: first.at }];
    report({ at: second.at, values: { ...values, wrong: 'reserved-twice', range: text }, related });
  }
}

const rangeText = ({ from, to }: Range): string => (from === to ? String(from) : `${from}..${to}`);

/** The ends the other way round, where nothing has or reserves what lies between. */
function swapped({ all, reserved, from, to }: Numbering, range: Range): Fix[] {
  const meant = { from: range.to, to: range.from };
  const isFree =
    !all.some(({ number }) => number && covers(meant, number.value)) &&
    !reserved.numbers.some((other) => other.from <= meant.to && meant.from <= other.to && other.from <= other.to);
  if (!isFree || meant.from < from || meant.to > to) return [];
  const text = `${meant.from}..${meant.to}`;
  return [{ title: `Write \`${text}\``, edits: [{ at: range.at, text }] }];
}

/** Ranges that reserve what another does, behind that other; each once. */
function overlaps(ranges: readonly Range[]): [Range, Range][] {
  const pairs: [Range, Range][] = [];
  let widest: Range | undefined;
  for (const range of [...ranges].sort((a, b) => a.from - b.from || comparePlaces(a.at, b.at))) {
    if (widest && range.from <= widest.to) {
      pairs.push(comparePlaces(widest.at, range.at) < 0 ? [widest, range] : [range, widest]);
    }
    if (!widest || range.to > widest.to) widest = range;
  }
  return pairs;
}

function namesTwice({ names }: Reserved): [At<string>, At<string>][] {
  const firsts = new Map<string, At<string>>();
  return names.flatMap((name): [At<string>, At<string>][] => {
    const first = firsts.get(name.value);
    if (!first) firsts.set(name.value, name);
    return first ? [[first, name]] : [];
  });
}

/** A number may stand where the line does not parse. */
function speaksOf({ rule, at }: Problem, { extent }: Numbered): boolean {
  if (within(at, extent)) return true;
  return rule === 'syntax' && at.file === extent.file && at.start.line === extent.end.line;
}

/** Of what is wrong with a number, the first is told: out of range, kept, reserved, repeated. */
function checkNumber(
  { what, reserved, from, to, free }: Numbering,
  name: string,
  { value: number, at }: At<number>,
  first: Numbered | undefined,
  report: Reporter,
): void {
  const values = { what, name, number };
  const fixes = [{ title: `Give it the number ${free[0]}`, edits: [{ at, text: String(free[0]) }] }];
  const range = reserved.numbers.find((candidate) => covers(candidate, number));
  if (number < from || number > to) report({ at, values: { ...values, wrong: 'range', from, to }, fixes });
  else if (what === 'field' && isKept(number)) report({ at, values: { ...values, wrong: 'kept' }, fixes });
  else if (range) {
    const related = [{ message: 'it is reserved here', at: range.at }];
    report({ at, values: { ...values, wrong: 'reserved' }, related, fixes });
  } else if (first) {
    const related = [{ message: `\`${first.name}\` has it first`, at: first.number?.at ?? first.at }];
    report({ at, values: { ...values, wrong: 'repeated', first: first.name }, related, fixes });
  }
}

/**
 * Numbers that nothing has and nothing had, one for each that may need one: above those in use, so that numbers grow with
 * time, or where that leads out of range, in the gaps.
 */
function freeNumbers(
  from: number,
  all: readonly { readonly number?: { readonly value: number } }[],
  { numbers: ranges }: Reserved,
  isKeptBack: (number: number) => boolean,
): number[] {
  const taken = new Set(all.flatMap(({ number }) => number?.value ?? []));
  const sound = [...taken].filter((value) => value >= from && value <= limits.to && !isKeptBack(value));
  const above = sound.reduce((most, value) => Math.max(most, value + 1), from);
  const free: number[] = [];
  let next = above + all.length + kept.to - kept.from > limits.to ? from : above;
  while (free.length <= all.length) {
    const range = next > limits.to ? undefined : ranges.find((range) => covers(range, next));
    if (range) next = range.to + 1;
    else if (isKeptBack(next)) next = kept.to + 1;
    else if (taken.has(next)) next++;
    else free.push(next++);
  }
  return free;
}

/** Behind the type and its `?`, before `where`. */
function placeForNumber(field: Field): Place {
  if (field.constraints.length === 0) return behind(field.extent);
  const end = behind(field.type.at);
  // A list's place has its `?` in it, another type's has not.
  const mark = field.optional && field.type.kind !== 'list' ? 1 : 0;
  const position = { line: end.start.line, column: end.start.column + mark };
  return { file: end.file, start: position, end: position };
}
