import type { Model, Service } from '../../model/model.ts';
import { typeName } from '../definition/names.ts';
import { type ReachableType, reachableTypes } from '../definition/reachable.ts';
import { pascalCase } from '../names.ts';
import { identifier } from './source-text.ts';

/** The names that a type has in TypeScript. */
export interface TypeName {
  /** The module with it, in `generated/types`: the package. */
  readonly module: string;
  /** What a value of it is called: for an error, its fields. */
  readonly name: string;
  /** The class of an error. */
  readonly error?: string;
  /** The types of its oneofs. */
  readonly oneofs: ReadonlyMap<string, string>;
}

/** The types of one package that a service needs, and everything that their module declares. */
export interface TypeModule {
  readonly package: string;
  readonly file: string;
  readonly types: readonly ReachableType[];
  readonly declared: ReadonlySet<string>;
}

export interface TypeNames {
  readonly modules: readonly TypeModule[];
  readonly of: ReadonlyMap<string, TypeName>;
}

/** Names every type that a service needs. Declarations come first, so that what Weir adds gives way to what is written. */
export function typeNames(model: Model, service: Service): TypeNames {
  const reachable = reachableTypes(model, service);
  const packages = [...new Set(reachable.map((type) => type.package))].sort();
  const of = new Map<string, TypeName>();
  const modules = packages.map((name): TypeModule => {
    const types = reachable.filter((type) => type.package === name);
    const file = `${name === '' ? unnamed(packages) : name}.ts`;
    return { package: name, file, types, declared: nameTypes(types, file, of) };
  });
  return { modules, of };
}

/** The module of declarations without a package. */
const unnamed = (packages: readonly string[]): string => (packages.includes('main') ? 'main_' : 'main');

function nameTypes(types: readonly ReachableType[], module: string, of: Map<string, TypeName>): ReadonlySet<string> {
  const declared = new Set<string>();
  const claim = (wanted: string): string => {
    let name = identifier(wanted);
    for (let n = 2; declared.has(name); n++) name = `${identifier(wanted)}${n}`;
    declared.add(name);
    return name;
  };
  const written = new Map(
    types.filter((type) => type.kind !== 'request').map((type) => [type.id, claim(asWritten(type))]),
  );
  for (const type of types) {
    const own = written.get(type.id) ?? claim(requestName(type.id));
    const name = type.kind === 'error' ? claim(`${own}Fields`) : own;
    const oneofs = new Map<string, string>();
    for (const oneof of oneofsOf(type)) oneofs.set(oneof, claim(`${name}${pascalCase(oneof)}`));
    of.set(type.id, { module, name, ...(type.kind === 'error' && { error: own }), oneofs });
  }
  return declared;
}

/** As in the `.svc`, where TypeScript lets it be. */
const asWritten = (type: ReachableType): string =>
  type.kind === 'request' ? requestName(type.id) : type.name.includes('-') ? typeName(type.name) : type.name;

const requestName = (id: string): string => id.slice(id.lastIndexOf('.') + 1);

/** The oneofs of a message that have a member, in their order. */
export function oneofsOf(type: ReachableType): readonly string[] {
  if (type.kind === 'enum' || type.kind === 'alias') return [];
  return [...new Set(type.fields.flatMap((field) => field.oneof ?? []))];
}
