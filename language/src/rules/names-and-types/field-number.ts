import type { At, Enum, Field, Model, Place, Problem, Reserved } from '../../model/model.ts';
import { behind, covering, within } from '../../model/place.ts';
import { type FieldList, fieldListsOf } from '../model-parts.ts';
import type { Report } from '../rule.ts';

// https://protobuf.dev/programming-guides/proto3/#assigning
const limits = { from: 1, to: 536_870_911 };
const kept = { from: 19_000, to: 19_999 };
// Enum values are int32.
const valueLimits = { from: -(2 ** 31), to: 2 ** 31 - 1 };

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
  readonly all: readonly Numbered[];
  readonly reserved: Reserved;
  readonly from: number;
  readonly to: number;
  /** Numbers that are fit for those that need one. */
  readonly free: readonly number[];
}

export function fieldNumber(model: Model, report: Reporter): void {
  for (const list of fieldListsOf(model)) check(model, ofFields(list), report);
  for (const declaration of model.enums) check(model, ofValues(declaration), report);
}

function ofFields({ labelOfFields, fields, reserved }: FieldList): Numbering {
  const all = fields.map((field): Numbered => ({ ...field, numberGoes: placeForNumber(field) }));
  return {
    what: 'field',
    label: labelOfFields,
    all,
    reserved,
    ...limits,
    free: freeNumbers(limits.from, all, reserved, isKept),
  };
}

function ofValues({ name, values, reserved }: Enum): Numbering {
  const all = values.map((value, i): Numbered => {
    const next = values[i + 1];
    const extent = next ? covering(value.at, { ...next.at, end: next.at.start }) : value.at;
    return { ...value, extent, numberGoes: behind(value.at) };
  });
  const first = values.some((value) => value.number?.value === 0) ? 1 : 0;
  const free = freeNumbers(first, all, reserved, () => false);
  return { what: 'value', label: `the values of the enum \`${name}\``, all, reserved, ...valueLimits, free };
}

function check(model: Model, numbering: Numbering, report: Reporter): void {
  checkMissing(model, numbering, report);
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

function checkMissing(model: Model, { what, label, all, free }: Numbering, report: Reporter): void {
  const missing = all.filter((one) => !one.number && !model.problems.some((problem) => speaksOf(problem, one)));
  const edits = missing.map(({ numberGoes }, i) => ({ at: numberGoes, text: ` = ${free[i]}` }));
  const fixes = [{ title: `Number ${label}`, edits }];
  for (const { name, at } of missing) report({ at, values: { what, name, wrong: 'missing' }, fixes });
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
  const range = reserved.numbers.find((candidate) => candidate.from <= number && number <= candidate.to);
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

const isKept = (number: number): boolean => number >= kept.from && number <= kept.to;

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
    const range = next > limits.to ? undefined : ranges.find(({ from, to }) => from <= next && next <= to);
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
