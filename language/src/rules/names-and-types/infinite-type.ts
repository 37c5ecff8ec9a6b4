import { indexOf } from '../../model/index-of.ts';
import { loopsOf, loopsOfKnots } from '../../model/loops.ts';
import type { Alias, Field, Fix, Model, Policy } from '../../model/model.ts';
import { namedTypes } from '../../model/named-types.ts';
import { listedInParts } from '../../model/parts.ts';
import { behind, comparePlaces } from '../../model/place.ts';
import { knotsOf } from '../../model/strong-components.ts';
import { shapesOf } from '../model-parts.ts';
import { followAliases } from '../resolved-type.ts';
import type { Report } from '../rule.ts';

type Shape = ReturnType<typeof shapesOf>[number];

export function infiniteType(model: Model, report: Report<'infinite-type'>): void {
  infiniteMessages(model, report);
  circularAliases(model, report);
  circularPolicies(model, report);
}

function infiniteMessages(model: Model, report: Report<'infinite-type'>): void {
  const steps = new Map<Shape, readonly { readonly field: Field; readonly to: Shape }[]>();
  for (const { shape, fields } of whole(model)) {
    const parts = requiredParts(model, fields);
    if (parts.length > 0) steps.set(shape, parts);
  }
  const next = (shape: Shape): Shape[] => (steps.get(shape) ?? []).map(({ to }) => to);
  const knots = knotsOf(steps.keys(), next);
  const knotOf = new Map(knots.flatMap((knot, i) => knot.map((shape) => [shape, i] as const)));
  const byPlace = (a: Shape, b: Shape): number => comparePlaces(a.at, b.at);
  const isOnlyStep = (shape: Shape): boolean =>
    (steps.get(shape) ?? []).filter(({ to }) => knotOf.get(to) === knotOf.get(shape)).length === 1;
  for (const loop of loopsOfKnots(knots, next, byPlace)) {
    const [first] = loop as [Shape];
    const hops = loop.flatMap((shape, i) => {
      const to = loop[i + 1] ?? first;
      const field = steps.get(shape)?.find((step) => step.to === to)?.field;
      return field ? [{ shape, field, to }] : [];
    });
    // Another loop that takes the first step of this one is not told: up to where ways part, a mend ends it as well.
    const parts = hops.findIndex(({ shape }, i) => i > 0 && !isOnlyStep(shape));
    const ending = hops.slice(isOnlyStep(first) ? 0 : 1, parts < 0 ? undefined : parts);
    report({
      at: first.at,
      values: {
        what: 'message',
        name: first.name,
        loop: [...hops.map(({ shape, field }) => `${shape.name}.${field.name}`), first.name].join(' → '),
      },
      related: hops.map(({ shape, field, to }) => ({
        message: `\`${shape.name}\` contains \`${to.name}\` as \`${field.name}\``,
        at: field.type.at,
      })),
      fixes: ending.map(({ shape, field }) => optional(shape, field)),
    });
  }
}

/** Messages with the fields without which they cannot be, where these may be messages themselves. */
const whole = listedInParts((part): readonly { readonly shape: Shape; readonly fields: readonly Field[] }[] =>
  shapesOf(part).flatMap((shape) => {
    const fields = shape.fields.filter(
      ({ type, optional, oneof }) =>
        type.kind === 'named' && type.of !== undefined && type.of !== 'enum' && !optional && oneof === undefined,
    );
    return fields.length > 0 ? [{ shape, fields }] : [];
  }),
);

/** The messages without which a message cannot be. */
function requiredParts(model: Model, fields: readonly Field[]): { field: Field; to: Shape }[] {
  const { messages, errors, events } = indexOf(model);
  const parts: { field: Field; to: Shape }[] = [];
  for (const field of fields) {
    const type = followAliases(model, field.type);
    const id = type.kind === 'named' ? type.ref.id : undefined;
    const to = id === undefined ? undefined : (messages.get(id) ?? errors.get(id) ?? events.get(id));
    if (to) parts.push({ field, to });
  }
  return parts;
}

function optional(shape: Shape, field: Field): Fix {
  return {
    title: `Make \`${shape.name}.${field.name}\` optional`,
    edits: [{ at: behind(field.type.at), text: '?' }],
  };
}

function circularAliases(model: Model, report: Report<'infinite-type'>): void {
  const { aliases } = indexOf(model);
  const next = (alias: Alias): Alias[] => namedTypes(alias.type).flatMap((id) => aliases.get(id) ?? []);
  circles('type', [...aliases.values()], next, report);
}

function circularPolicies(model: Model, report: Report<'infinite-type'>): void {
  const { policies } = indexOf(model);
  const next = (policy: Policy): Policy[] => {
    const base = policies.get(policy.extends?.id ?? '');
    return base ? [base] : [];
  };
  circles('policy', [...policies.values()], next, report);
}

function circles<T extends Alias | Policy>(
  what: 'type' | 'policy',
  all: readonly T[],
  next: (one: T) => T[],
  report: Report<'infinite-type'>,
): void {
  for (const loop of loopsOf(all, next, (a, b) => comparePlaces(a.at, b.at))) {
    const [first] = loop as [T];
    report({
      at: first.at,
      values: { what, name: first.name, loop: [...loop, first].map(({ name }) => name).join(' → ') },
      related: loop.slice(1).map(({ name, at }) => ({ message: `\`${name}\` is declared here`, at })),
    });
  }
}
