import { byText } from '../order.ts';
import { identifier, lineWidth } from './source-text.ts';

/** Types that every module has without an import, and that generated code mentions. */
const globals = ['Date', 'Exclude', 'Pick', 'Promise', 'Readonly', 'Record', 'Uint8Array'] as const;
export type Global = (typeof globals)[number];

/** The names of one file: what it declares and what it imports, so that nothing stands for two things. */
export interface Scope {
  /** The name by which an import is known here: its own (or `as`), or one with `prefix` in front where that is taken. */
  use(module: string, name: string, options?: ImportOptions): string;
  /** A global type; `globalThis.Date` where a declaration of the file hides it. */
  global(name: Global): string;
  /** A name of the file's own that nothing else has. */
  claim(name: string): string;
  /** The import declarations: Node's, packages', then the package's own. */
  imports(): string;
}

export interface ImportOptions {
  /** Imported for more than its type. */
  readonly value?: boolean;
  readonly as?: string;
  readonly prefix?: string;
}

interface Import {
  readonly module: string;
  readonly name: string;
  readonly local: string;
  value: boolean;
}

/** A scope in which some names are taken: the declarations that the file exports. */
export function createScope(declared: Iterable<string>): Scope {
  const taken = new Set(declared);
  const hidden = new Set(globals.filter((name) => taken.has(name)));
  // An import never takes the name of a global: what was written with it before would change its meaning.
  for (const name of globals) taken.add(name);
  const imports = new Map<string, Import>();
  const free = (name: string, ...others: string[]): string => {
    let found = [name, ...others].find((candidate) => !taken.has(candidate));
    for (let n = 2; found === undefined; n++) if (!taken.has(`${name}${n}`)) found = `${name}${n}`;
    taken.add(found);
    return found;
  };
  return {
    use(module, name, { value = false, as = name, prefix = 'Weir' } = {}) {
      const key = `${module} ${name}`;
      let known = imports.get(key);
      if (!known) {
        known = { module, name, local: free(as, identifier(prefixed(as, prefix))), value };
        imports.set(key, known);
      }
      known.value ||= value;
      return known.local;
    },
    global: (name) => (hidden.has(name) ? `globalThis.${name}` : name),
    claim: (name) => free(name),
    imports: () => importDeclarations([...imports.values()]),
  };
}

/** `weirServe` of `serve`, `WeirOrder` of `Order`. */
const prefixed = (name: string, prefix: string): string =>
  /^[a-z]/.test(name)
    ? prefix.charAt(0).toLowerCase() + prefix.slice(1) + name.charAt(0).toUpperCase() + name.slice(1)
    : prefix + name;

/** As formatters sort modules: first those of Node, last those beside; numbers in names by their value. */
function orderOf(module: string): string {
  const rank = module.startsWith('node:') ? 0 : module.startsWith('.') ? 2 : 1;
  return `${rank}${module.replace(/\d+/g, (digits) => digits.padStart(12, '0'))}`;
}

function importDeclarations(imports: readonly Import[]): string {
  const modules = [...Map.groupBy(imports, ({ module }) => module)].map(([module, items]) => ({
    order: orderOf(module),
    text: importDeclaration(
      module,
      items.toSorted((a, b) => byText(a.name, b.name)),
    ),
  }));
  return modules
    .sort((a, b) => byText(a.order, b.order))
    .map(({ text }) => text)
    .join('');
}

function importDeclaration(module: string, items: readonly Import[]): string {
  const typesOnly = items.every((item) => !item.value);
  const specifiers = items.map(
    ({ name, local, value }) => `${value || typesOnly ? '' : 'type '}${name === local ? name : `${name} as ${local}`}`,
  );
  const start = `import ${typesOnly ? 'type ' : ''}{`;
  const flat = `${start} ${specifiers.join(', ')} } from '${module}';\n`;
  if (flat.length - 1 <= lineWidth || specifiers.length === 1) return flat;
  return `${start}\n${specifiers.map((specifier) => `  ${specifier},\n`).join('')}} from '${module}';\n`;
}
