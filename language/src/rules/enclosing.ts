import type { Declared, Model, Place } from '../model/model.ts';
import { comparePlaces, within } from '../model/place.ts';
import { callersOf, ownersOf, shapesOf } from './model-parts.ts';

interface Scope {
  readonly id: string;
  readonly extent: Place;
  readonly parent: Scope | undefined;
}

/** Tells the full name of the innermost declaration that a place stands in; nothing for a place between declarations. */
export function enclosing(model: Model): (place: Place) => string | undefined {
  const declared = Map.groupBy(declarationsOf(model), ({ extent }) => extent.file);
  const byFile = new Map<string, readonly Scope[]>();
  const scopesIn = (file: string): readonly Scope[] => {
    let scopes = byFile.get(file);
    if (!scopes) {
      scopes = nested(declared.get(file) ?? []);
      byFile.set(file, scopes);
    }
    return scopes;
  };
  return (place) => {
    let scope = lastBefore(scopesIn(place.file), place);
    // Declarations are apart or one in the other: what surrounds the place is the last that began, or surrounds that.
    while (scope && !within(place, scope.extent)) scope = scope.parent;
    return scope?.id;
  };
}

/** The declarations of a file in its order, each with the one that it stands in. */
function nested(declarations: readonly Declared[]): readonly Scope[] {
  const outerFirst = (a: Declared, b: Declared): number =>
    comparePlaces({ ...a.extent, end: a.extent.start }, { ...b.extent, end: b.extent.start }) ||
    comparePlaces(b.extent, a.extent);
  let last: Scope | undefined;
  return [...declarations].sort(outerFirst).map(({ id, extent }) => {
    let parent = last;
    while (parent && !within(extent, parent.extent)) parent = parent.parent;
    last = { id, extent, parent };
    return last;
  });
}

function declarationsOf(model: Model): Declared[] {
  const owners = ownersOf(model);
  return [
    ...shapesOf(model),
    ...model.enums,
    ...model.aliases,
    ...model.policies,
    ...owners,
    ...owners.flatMap(callersOf),
    ...model.resources,
    ...model.auths,
    ...model.gateways,
    ...model.contexts,
    ...model.systems,
  ];
}

/** The last of the scopes that begins at or before a place, by bisection. */
function lastBefore(scopes: readonly Scope[], { start }: Place): Scope | undefined {
  let low = 0;
  let high = scopes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const from = (scopes[middle] as Scope).extent.start;
    if (from.line < start.line || (from.line === start.line && from.column <= start.column)) low = middle + 1;
    else high = middle;
  }
  return scopes[low - 1];
}
