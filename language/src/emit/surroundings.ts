import { indexOf } from '../model/index-of.ts';
import type { Model } from '../model/model.ts';
import { namedIn } from '../model/named-in.ts';

type Declared = { readonly id: string; readonly extent: { readonly file: string } };

/** What outputs of one service alone depend on. */
export interface Surroundings {
  /**
   * By the service's full name: the declarations, by their full names and in order. They are the service, its neighbours (whom it
   * names, who names it, who names an event that it names), and all types, policies and such that these name.
   */
  readonly of: ReadonlyMap<string, readonly string[]>;
  /** The file of each declaration. */
  readonly fileOf: ReadonlyMap<string, string>;
  /** What outputs of all services depend on, as text: every other declaration, and what services are called. */
  readonly shared: string;
}

/** What the outputs of services depend on. What is not in it must not be asked for by what an emitter marks with `of`. */
export function surroundingsOf(model: Model): Surroundings {
  const { messages, errors, events, enums, aliases, services, files: _, problems: __, ...others } = model;
  const { policies, externals, auths, resources } = others;
  const types: readonly Declared[] = [...messages, ...errors, ...events, ...enums, ...aliases];
  const between: readonly Declared[] = [...types, ...policies, ...externals, ...auths, ...resources];
  const fileOf = new Map([...between, ...services].map(({ id, extent }) => [id, extent.file]));
  const { operations } = indexOf(model);
  const declaring = (name: string): string | undefined => (fileOf.has(name) ? name : operations.get(name)?.service);
  const named = new Map([...between, ...services].map((one) => [one.id, declarationsNamedIn(one, declaring)]));
  const isService = new Set(services.map(({ id }) => id));
  // With all that they name, and what that names, but for what services that are named name in turn.
  const reachedFrom = (from: Iterable<string>): ReadonlySet<string> => {
    const reached = new Set(from);
    const last = new Set(reached);
    for (const id of reached) {
      if (isService.has(id) && !last.has(id)) continue;
      for (const name of named.get(id) ?? []) reached.add(name);
    }
    return reached;
  };
  const near = neighbours(
    new Map(services.map(({ id }) => [id, reachedFrom([id])])),
    isService,
    new Set(events.map(({ id }) => id)),
  );
  return {
    of: new Map([...near].map(([id, them]) => [id, [...reachedFrom(them)].sort()])),
    fileOf,
    shared: JSON.stringify([services.map(({ id, image }) => [id, image]), others]),
  };
}

/** The services that reach one, that it reaches, and that reach an event that it reaches; and itself. */
function neighbours(
  reached: ReadonlyMap<string, ReadonlySet<string>>,
  isService: ReadonlySet<string>,
  isEvent: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const near = new Map([...reached.keys()].map((id) => [id, new Set([id])]));
  const parties = new Map<string, string[]>();
  for (const [id, names] of reached) {
    for (const name of names) {
      if (isService.has(name)) {
        near.get(id)?.add(name);
        near.get(name)?.add(id);
      } else if (isEvent.has(name)) parties.set(name, [...(parties.get(name) ?? []), id]);
    }
  }
  for (const them of parties.values()) for (const id of them) for (const other of them) near.get(id)?.add(other);
  return near;
}

/** The declarations that are named anywhere in one. */
function declarationsNamedIn(declared: Declared, declaring: (name: string) => string | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  for (const name of namedIn(declared)) {
    const id = declaring(name);
    if (id !== undefined && id !== declared.id) found.add(id);
  }
  return found;
}
