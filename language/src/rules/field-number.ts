import type { Enum, Field, Fix, Model, Place, Reserved } from '../model/model.ts';
import { type FieldList, fieldListsOf } from './model-parts.ts';
import { behind, covering, within } from './place.ts';
import type { Report } from './rule.ts';

// https://protobuf.dev/programming-guides/proto3/#assigning
const lowest = 1;
const highest = 536_870_911;
const kept = { from: 19_000, to: 19_999 };
// Enum values are int32.
const lowestValue = -(2 ** 31);
const highestValue = 2 ** 31 - 1;

type Reporter = Report<'field-number'>;

/** A field or a value: what has a number. */
interface Numbered {
  readonly name: string;
  readonly at: Place;
  readonly number?: { readonly value: number; readonly at: Place };
  /** The whole of it, where something may be wrong that has been said already. */
  readonly extent: Place;
  /** Where ` = 1` has to be written. */
  readonly numberGoes: Place;
}

export function fieldNumber(model: Model, report: Reporter): void {
  for (const list of fieldListsOf(model)) checkFields(model, list, report);
  for (const declaration of model.enums) checkValues(model, declaration, report);
}

function checkFields(model: Model, list: FieldList, report: Reporter): void {
  const free = freeNumbers(lowest, list.fields, list.reserved, isKept);
  check(
    { model, what: 'field', title: `Number the fields of ${list.label}` },
    list.fields.map(numberedField),
    list.reserved,
    free,
    report,
  );
  for (const field of list.fields) {
    const number = field.number;
    const values = { what: 'field', name: field.name } as const;
    if (!number) continue;
    const fixes = [renumber(number.at, free[0] as number)];
    if (number.value < lowest || number.value > highest) {
      report({
        at: number.at,
        values: { ...values, wrong: 'range', number: number.value, from: lowest, to: highest },
        fixes,
      });
    } else if (isKept(number.value)) {
      report({ at: number.at, values: { ...values, wrong: 'kept', number: number.value }, fixes });
    }
  }
}

function checkValues(model: Model, { name, values, reserved }: Enum, report: Reporter): void {
  const hasZero = values.some((value) => value.number?.value === 0);
  const free = freeNumbers(hasZero ? 1 : 0, values, reserved, () => false);
  const numbered = values.map((value, i): Numbered => {
    const next = values[i + 1];
    const extent = next ? covering(value.at, { ...next.at, end: next.at.start }) : value.at;
    return { ...value, extent, numberGoes: behind(value.at) };
  });
  check({ model, what: 'value', title: `Number the values of the enum \`${name}\`` }, numbered, reserved, free, report);
  for (const { name: value, number } of values) {
    if (!number || (number.value >= lowestValue && number.value <= highestValue)) continue;
    const range = { from: lowestValue, to: highestValue };
    report({
      at: number.at,
      values: { what: 'value', name: value, wrong: 'range', number: number.value, ...range },
      fixes: [renumber(number.at, free[0] as number)],
    });
  }
}

/** What fields and values share: missing, repeated and reserved. */
function check(
  { model, what, title }: { readonly model: Model; readonly what: 'field' | 'value'; readonly title: string },
  all: readonly Numbered[],
  reserved: Reserved,
  free: readonly number[],
  report: Reporter,
): void {
  const missing = all.filter((one) => !one.number && !model.problems.some(({ at }) => within(at, one.extent)));
  const numbering: Fix = {
    title,
    edits: missing.map(({ numberGoes }, i) => ({ at: numberGoes, text: ` = ${free[i]}` })),
  };
  for (const { name, at } of missing) report({ at, values: { what, name, wrong: 'missing' }, fixes: [numbering] });

  const reservedNames = new Map(reserved.names.map(({ value, at }) => [value, at]));
  const firsts = new Map<number, Numbered>();
  for (const one of all) {
    const { name, at, number } = one;
    const named = reservedNames.get(name);
    if (named) {
      report({
        at,
        values: { what, name, wrong: 'reserved-name' },
        related: [{ message: 'it is reserved here', at: named }],
      });
    }
    if (!number) continue;
    const fixes = [renumber(number.at, free[0] as number)];
    const range = reserved.numbers.find(({ from, to }) => from <= number.value && number.value <= to);
    if (range) {
      report({
        at: number.at,
        values: { what, name, wrong: 'reserved', number: number.value },
        related: [{ message: 'it is reserved here', at: range.at }],
        fixes,
      });
    }
    const first = firsts.get(number.value);
    if (first) {
      report({
        at: number.at,
        values: { what, name, wrong: 'repeated', number: number.value, first: first.name },
        related: [{ message: `\`${first.name}\` has it first`, at: first.number?.at ?? first.at }],
        fixes,
      });
    } else firsts.set(number.value, one);
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
  const sound = [...taken].filter((value) => value >= from && value <= highest && !isKeptBack(value));
  const above = sound.reduce((most, value) => Math.max(most, value + 1), from);
  const free: number[] = [];
  let next = above + all.length + kept.to - kept.from > highest ? from : above;
  while (free.length <= all.length) {
    const range = next > highest ? undefined : ranges.find(({ from, to }) => from <= next && next <= to);
    if (range) next = range.to + 1;
    else if (isKeptBack(next)) next = kept.to + 1;
    else if (taken.has(next)) next++;
    else free.push(next++);
  }
  return free;
}

function numberedField(field: Field): Numbered {
  return { ...field, numberGoes: placeForNumber(field) };
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

function renumber(at: Place, number: number): Fix {
  return { title: `Give it the number ${number}`, edits: [{ at, text: String(number) }] };
}
