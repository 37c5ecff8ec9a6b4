/** Presence and constraints of a value in TypeScript form: what protobuf alone does not check. */

import type { Violation } from '../errors.ts';
import { type Report, reportTo, shortened, untilEnough } from './bounds.ts';
import { checkValue, checkWhole } from './constraints.ts';
import { expected, join, MAX_DEPTH, oneofViolations } from './json.ts';
import { type FieldShape, type MessageShape, own } from './shape.ts';

/**
 * The violations by a value whose fields have the right types already; empty when it is sound. There is one more than
 * `MOST_VIOLATIONS` when the looking stopped early.
 */
export function validateMessage(shape: MessageShape, value: unknown): Violation[] {
  const violations: Violation[] = [];
  untilEnough(() => checkMessage(shape, value, '', 0, reportTo(violations)));
  return violations;
}

function checkMessage(shape: MessageShape, value: unknown, path: string, depth: number, report: Report): void {
  if (typeof value !== 'object' || value === null) {
    report({ field: path, message: 'must be an object', rule: 'type' });
    return;
  }
  if (depth >= MAX_DEPTH) {
    report({ field: path, message: `must not nest deeper than ${MAX_DEPTH} levels`, rule: 'depth' });
    return;
  }
  for (const field of shape.fields) {
    const member = own(value, field.name);
    const at = join(path, field.name);
    if (member !== undefined) checkField(field, member, at, depth, report);
    else if (!field.optional) report({ field: at, message: 'is required', rule: 'required' });
  }
  for (const violation of oneofViolations(shape, value, path)) report(violation);
}

function checkField(field: FieldShape, member: unknown, path: string, depth: number, report: Report): void {
  const element = (item: unknown, at: string): void => {
    const { value } = field;
    if (value.kind === 'message') checkMessage(value.type, item, at, depth + 1, report);
    else if (
      value.kind === 'scalar' ? !value.scalar.is(item) : !Object.hasOwn(value.type.definition.enum, String(item))
    ) {
      report({ field: at, message: `must be ${expected(value)}`, rule: 'type' });
    } else checkValue(field, item, at, report);
  };
  switch (field.form) {
    case 'one':
      element(member, path);
      return;
    case 'list': {
      const items = member as readonly unknown[];
      checkWhole(field, items.length, path, report);
      items.forEach((item, index) => void element(item, `${path}[${index}]`));
      return;
    }
    case 'map': {
      const entries = Object.entries(member as object);
      checkWhole(field, entries.length, path, report);
      for (const [key, item] of entries) element(item, `${path}[${JSON.stringify(shortened(key))}]`);
    }
  }
}
