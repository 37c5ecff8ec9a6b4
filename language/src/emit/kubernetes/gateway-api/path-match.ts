/** How the Gateway API recognises a path. */
export interface PathMatch {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly value: string;
}

const parameter = /\{[^{}*]+(\*?)\}/g;

/**
 * A path of the language as a match. A prefix is what all controllers rank alike, below what is exact; expressions are
 * ranked by each in its own way, so a prefix stands only where no expression could want the same path.
 *
 * @param others the other paths that the gateway opens
 */
export function pathMatch(path: string, others: readonly string[]): PathMatch {
  if (!path.includes('{')) return { type: 'Exact', value: path };
  const rest = /^([^{}]*)\/\{[^{}*]+\*\}$/.exec(path)?.[1];
  if (rest !== undefined && rest !== '' && !others.some((other) => other !== path && wants(other, `${rest}/`))) {
    return { type: 'PathPrefix', value: rest };
  }
  return { type: 'RegularExpression', value: expressionOf(path) };
}

/** Whether a path with parameters may match below a prefix. */
function wants(path: string, prefix: string): boolean {
  const literal = path.slice(0, path.indexOf('{'));
  return path.includes('{') && (literal.startsWith(prefix) || prefix.startsWith(literal));
}

/** RE2, as Envoy takes it: it has to match the whole path. */
export function expressionOf(path: string): string {
  let expression = '';
  let at = 0;
  for (const match of path.matchAll(parameter)) {
    expression += escaped(path.slice(at, match.index)) + (match[1] === '*' ? '.*' : '[^/]+');
    at = match.index + match[0].length;
  }
  return expression + escaped(path.slice(at));
}

const escaped = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
