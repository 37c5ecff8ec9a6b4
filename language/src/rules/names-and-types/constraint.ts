import { indexOf } from '../../model/index-of.ts';
import { literalText } from '../../model/literal-text.ts';
import type { Constraint, Literal, Model, ScalarName, TypeExpression } from '../../model/model.ts';
import { quantity } from '../../model/quantity.ts';
import { compareDecimals, isWhole } from '../decimal.ts';
import { settingsInEnvironments } from '../model-parts.ts';
import { followAliases, inWords, type ResolvedType, resolveType } from '../resolved-type.ts';
import type { Report } from '../rule.ts';
import { notableFields } from './notable-fields.ts';

type Reporter = Report<'constraint'>;

/** Something with `where`, or that inherits one. */
interface Constrained {
  readonly type: TypeExpression;
  readonly constraints: readonly Constraint[];
  readonly default?: Literal;
}

export function constraint(model: Model, report: Reporter): void {
  for (const field of notableFields(model).constrained) check(model, field, report);
  for (const alias of model.aliases) check(model, alias, report);
  for (const service of model.services) {
    // What a secret holds is nobody's business, and `secret-default` sees to its default.
    for (const { type, constraints, default: value } of service.config) {
      if (type !== 'secret') check(model, { type, constraints, ...(value ? { default: value } : {}) }, report);
    }
  }
  checkEnvironments(model, report);
}

function checkEnvironments(model: Model, report: Reporter): void {
  for (const { name, value, service } of settingsInEnvironments(model)) {
    const entry = service.config.find((candidate) => candidate.name === name);
    if (!entry || entry.type === 'secret') continue;
    const resolved = resolveType(model, entry.type);
    const inherited = resolved.inherited.map((one) => one.constraint);
    checkDefault(model, resolved, [...entry.constraints, ...inherited], value, report);
  }
}

function check(model: Model, it: Constrained, report: Reporter): void {
  if (it.constraints.length === 0 && it.default === undefined) return;
  const resolved = resolveType(model, it.type);
  // Beside other constraints, or a default, the other range could be empty or wrong as well.
  const isAlone = it.constraints.length === 1 && resolved.inherited.length === 0 && it.default === undefined;
  const sound = it.constraints.filter((one) => isSound(model, resolved.type, one, isAlone, report));
  for (const one of sound) compareWithInherited(one, resolved, report);
  if (it.default)
    checkDefault(model, resolved, [...sound, ...resolved.inherited.map((one) => one.constraint)], it.default, report);
}

// ── a constraint by itself ──────────────────────────────────────────────────────────────────────────────────────────

const integers: Partial<Record<ScalarName, readonly [min: string, max: string]>> = {
  int32: ['-2147483648', '2147483647'],
  uint32: ['0', '4294967295'],
  int64: ['-9223372036854775808', '9223372036854775807'],
  uint64: ['0', '18446744073709551615'],
};
const numbers: readonly ScalarName[] = ['int32', 'int64', 'uint32', 'uint64', 'float', 'double', 'decimal'];
const fits = {
  range: 'numbers and durations',
  length: 'strings, bytes, lists and maps',
  matches: 'strings',
  'one-of': 'strings and numbers',
} as const satisfies Record<Constraint['kind'], string>;

/** Does the constraint fit its type and admit something? Says what is wrong where not. */
function isSound(model: Model, type: TypeExpression, it: Constraint, isAlone: boolean, report: Reporter): boolean {
  if (isUnknown(type)) return false;
  if (!fitsType(type, it)) {
    report({
      at: it.at,
      values: { wrong: 'misfit', constraint: textOf(it), type: inWords(model, type), fits: fits[it.kind] },
    });
    return false;
  }
  switch (it.kind) {
    case 'range': {
      const wrong = [it.min, it.max].find((end) => end !== undefined && !isBound(type, end));
      if (wrong !== undefined)
        report({ at: it.at, values: { wrong: 'bound', bound: wrong, type: inWords(model, type) } });
      else if (isEmpty(it)) reportEmpty(it, isAlone, report);
      return wrong === undefined && !isEmpty(it);
    }
    case 'length':
      if (isEmpty(it)) reportEmpty(it, isAlone, report);
      return !isEmpty(it);
    case 'matches': {
      const reason = faultOf(it.pattern);
      if (reason !== undefined) report({ at: it.at, values: { wrong: 'pattern', reason } });
      return reason === undefined;
    }
    case 'one-of': {
      if (it.values.length === 0) report({ at: it.at, values: { wrong: 'empty', constraint: textOf(it) } });
      const wrong = it.values.filter((value) => !isValue(model, type, value));
      for (const value of wrong) {
        report({ at: value.at, values: { wrong: 'bound', bound: literalText(value), type: inWords(model, type) } });
      }
      return wrong.length === 0 && it.values.length > 0;
    }
  }
}

function reportEmpty(it: Constraint & { readonly kind: 'range' | 'length' }, isAlone: boolean, report: Reporter): void {
  const text = `${it.kind === 'length' ? 'length ' : ''}${it.max}..${it.min}`;
  const fixes = isAlone ? [{ title: `Write \`${text}\``, edits: [{ at: it.at, text }] }] : [];
  report({ at: it.at, values: { wrong: 'empty', constraint: textOf(it) }, fixes });
}

const isUnknown = (type: TypeExpression): boolean =>
  type.kind === 'named' && (type.of === undefined || type.of === 'alias');

function fitsType(type: TypeExpression, it: Constraint): boolean {
  switch (it.kind) {
    case 'range':
      return type.kind === 'scalar' && (numbers.includes(type.scalar) || type.scalar === 'duration');
    case 'length':
      return type.kind === 'list' || type.kind === 'map' || isScalar(type, 'string', 'bytes');
    case 'matches':
      return isScalar(type, 'string');
    case 'one-of':
      return type.kind === 'scalar' && (numbers.includes(type.scalar) || type.scalar === 'string');
  }
}

const isScalar = (type: TypeExpression, ...scalars: readonly ScalarName[]): boolean =>
  type.kind === 'scalar' && scalars.includes(type.scalar);

function isBound(type: TypeExpression, text: string): boolean {
  if (type.kind !== 'scalar') return false;
  if (type.scalar === 'duration') return quantity(text, 'duration').wrong === undefined;
  const limits = integers[type.scalar];
  if (!limits) return compareDecimals(text, '0') !== undefined;
  return isWhole(text) && isWithin(text, { min: limits[0], max: limits[1] });
}

interface Ends {
  readonly min?: string | number;
  readonly max?: string | number;
}

const isEmpty = ({ min, max }: Ends): boolean => min !== undefined && max !== undefined && compare(min, max) > 0;

const isWithin = (text: string, { min, max }: Ends): boolean =>
  (min === undefined || compare(min, text) <= 0) && (max === undefined || compare(text, max) <= 0);

function compare(a: string | number, b: string | number): number {
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return Number(a) - Number(b);
  return compareDecimals(measure(a), measure(b)) ?? 0;
}

/** A duration in milliseconds, a number as it stands. */
function measure(end: string | number): string {
  const text = String(end);
  if (!/[a-z]$/.test(text)) return text;
  const { value } = quantity(text, 'duration') as { value?: number };
  return value === undefined ? text : String(value);
}

function faultOf(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.slice(text.lastIndexOf(': ') + 2).toLowerCase();
  }
}

// ── a constraint beside those of the type ───────────────────────────────────────────────────────────────────────────

function compareWithInherited(it: Constraint, { inherited }: ResolvedType, report: Reporter): void {
  if (it.kind !== 'range' && it.kind !== 'length') return;
  for (const { constraint: other, alias } of inherited) {
    if (other.kind !== it.kind || isEmpty(other)) continue;
    const above = it.min !== undefined && other.max !== undefined && compare(it.min, other.max) > 0;
    const below = it.max !== undefined && other.min !== undefined && compare(it.max, other.min) < 0;
    if (!above && !below) continue;
    report({
      at: it.at,
      values: { wrong: 'apart', constraint: textOf(it), inherited: textOf(other), alias: alias.name },
      related: [{ message: `\`${alias.name}\` is constrained here`, at: other.at }],
    });
    return;
  }
}

// ── a default ───────────────────────────────────────────────────────────────────────────────────────────────────────

function checkDefault(
  model: Model,
  { type }: ResolvedType,
  constraints: readonly Constraint[],
  value: Literal,
  report: Reporter,
): void {
  if (isUnknown(type)) return;
  if (!isValue(model, type, value)) {
    report({ at: value.at, values: { wrong: 'default-type', value: literalText(value), type: inWords(model, type) } });
    return;
  }
  const broken = constraints.find((one) => !admits(one, value));
  if (!broken) return;
  report({
    at: value.at,
    values: { wrong: 'default-outside', value: literalText(value), constraint: textOf(broken) },
    related: [{ message: 'the constraint stands here', at: broken.at }],
  });
}

/** Is a literal a value of a type? */
function isValue(model: Model, written: TypeExpression, value: Literal): boolean {
  const type = followAliases(model, written);
  if (isUnknown(type)) return true;
  switch (type.kind) {
    case 'list':
      return value.kind === 'list' && value.items.every((item) => isValue(model, type.element, item));
    case 'map':
      return value.kind === 'object' && value.entries.every((entry) => isValue(model, type.value, entry.value));
    case 'named': {
      if (type.of !== 'enum') return value.kind === 'object';
      const declared = indexOf(model).enums.get(type.ref.id ?? '');
      return value.kind === 'word' && (!declared || declared.values.some(({ name }) => name === value.word));
    }
    case 'scalar':
      return isScalarValue(type, value);
  }
}

function isScalarValue(type: TypeExpression & { readonly kind: 'scalar' }, value: Literal): boolean {
  switch (type.scalar) {
    case 'bool':
      return value.kind === 'word' && (value.word === 'true' || value.word === 'false');
    case 'int32':
    case 'int64':
    case 'uint32':
    case 'uint64':
    case 'float':
    case 'double':
      return value.kind === 'number' && isBound(type, value.text);
    case 'decimal':
      return value.kind === 'number' || (value.kind === 'string' && compareDecimals(value.value, '0') !== undefined);
    case 'duration':
      return value.kind === 'quantity' && quantity(value.text, 'duration').wrong === undefined;
    case 'uuid':
      return value.kind === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value.value);
    case 'timestamp':
      return value.kind === 'string' && /^\d{4}-\d\d-\d\dT/.test(value.value) && !Number.isNaN(Date.parse(value.value));
    case 'string':
    case 'bytes':
      return value.kind === 'string';
    case 'json':
      return true;
  }
}

function admits(it: Constraint, value: Literal): boolean {
  switch (it.kind) {
    case 'range':
      return (value.kind !== 'number' && value.kind !== 'quantity') || isWithin(value.text, it);
    case 'length': {
      const length = lengthOf(value);
      return length === undefined || isWithin(String(length), it);
    }
    case 'matches':
      return (
        value.kind !== 'string' || faultOf(it.pattern) !== undefined || new RegExp(it.pattern, 'u').test(value.value)
      );
    case 'one-of':
      return it.values.some((one) => literalText(one) === literalText(value));
  }
}

/** A string in code points, a list in items; nothing else has a length here. */
function lengthOf(value: Literal): number | undefined {
  switch (value.kind) {
    case 'string':
      return [...value.value].length;
    case 'list':
      return value.items.length;
    case 'object':
      return value.entries.length;
    default:
      return undefined;
  }
}

// ── in words ────────────────────────────────────────────────────────────────────────────────────────────────────────

function textOf(it: Constraint): string {
  switch (it.kind) {
    case 'range':
      return `\`${endsText(it)}\``;
    case 'length':
      return `\`length ${endsText(it)}\``;
    case 'matches':
      return `\`matches "${it.pattern}"\``;
    case 'one-of':
      return `\`one of [${it.values.map(literalText).join(', ')}]\``;
  }
}

function endsText({ min, max }: Ends): string {
  return min === max && min !== undefined ? String(min) : `${min ?? ''}..${max ?? ''}`;
}
