/** Paths of the language (`/v1/orders/{id}`, `/files/{path*}`) in the forms that a server needs. */

const PARAMETER = /\{([^{}*]+)(\*?)\}/g;

export interface RoutePath {
  /** As find-my-way, Fastify's router, writes it. Its own parameter names hold no hyphens, so they are numbered. */
  readonly pattern: string;
  /** Matches the raw path of a url. */
  readonly expression: RegExp;
  /** The router's parameters → those of the language. */
  parameters(matched: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  /** The router takes `/items/` for `/items/{id}` with nothing in the place of the id. */
  isIncomplete(matched: Readonly<Record<string, string>>): boolean;
}

const NONE: Readonly<Record<string, string>> = {};

/** Throws when `{x*}` is not the end of the path: the router knows no other place for it. */
export function routePath(path: string): RoutePath {
  const names = new Map<string, string>();
  let pattern = '';
  let expression = '';
  let at = 0;
  for (const match of path.matchAll(PARAMETER)) {
    const [whole, name, rest] = match;
    const end = match.index + whole.length;
    if (rest === '*' && end !== path.length) {
      throw new Error(`route ${path}: {${name}*} takes the rest of the path and must stand at its end.`);
    }
    const literal = path.slice(at, match.index);
    const key = rest === '*' ? '*' : `p${names.size}`;
    names.set(key, name!);
    pattern += literal.replaceAll(':', '::') + (rest === '*' ? '*' : parameter(key, path[end]));
    expression += escaped(literal) + (rest === '*' ? '.*' : '[^/]+');
    at = end;
  }
  const last = path.slice(at);
  const segments = [...names.keys()].filter((key) => key !== '*');
  return {
    pattern: pattern + last.replaceAll(':', '::'),
    expression: new RegExp(`^${expression}${escaped(last)}$`),
    isIncomplete: (matched) => segments.some((key) => matched[key] === ''),
    parameters(matched) {
      if (names.size === 0) return NONE;
      const named: Record<string, string> = {};
      for (const [key, name] of names) named[name] = matched[key] ?? '';
      return named;
    },
  };
}

/** Where text follows in the same segment, the router must be told where the parameter ends. */
function parameter(key: string, next: string | undefined): string {
  return next === undefined || next === '/' ? `:${key}` : `:${key}(^[^/]+?)`;
}

function escaped(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
