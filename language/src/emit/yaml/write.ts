import { isLiteral, isPlain, quoted } from './scalar.ts';

/**
 * A YAML file: `comment` as its first line, then the documents. Keys stand in the order that they have in the data; nothing
 * is folded, anchored or written in flow style, and a string is plain only where any reader of YAML 1.1 or 1.2 sees a string.
 */
export function yamlFile(comment: string, documents: readonly unknown[]): string {
  return `# ${comment}\n${documents.map(yamlDocument).join('---\n')}`;
}

/** One YAML document, ending in a line break. The data are JSON; what is undefined is left out. */
export function yamlDocument(data: unknown): string {
  return typeof data === 'object' && data !== null ? nodeText(data, '').slice(1) : `${scalarText(data)}\n`;
}

/**
 * What follows a key or the dash of an item, up to the end of its last line: a blank and a scalar, or a line break and a
 * collection whose lines begin with `indent`.
 */
function nodeText(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.length === 0 ? ' []\n' : `\n${listText(value, indent)}`;
  if (typeof value === 'object' && value !== null) {
    const text = mapText(value, indent);
    return text === '' ? ' {}\n' : `\n${text}`;
  }
  return typeof value === 'string' && isLiteral(value) && !isPlain(value)
    ? ` ${literalText(value, indent)}`
    : ` ${scalarText(value)}\n`;
}

function mapText(map: object, indent: string): string {
  let text = '';
  for (const [key, value] of Object.entries(map)) {
    if (value === undefined) continue;
    const name = isPlain(key) ? key : quoted(key);
    // Readers look for the colon of a key within its first 1024 characters.
    text +=
      name.length > 1024
        ? `${indent}? ${name}\n${indent}:${nested(value, indent)}`
        : `${indent}${name}:${nodeText(value, `${indent}  `)}`;
  }
  return text;
}

function listText(list: readonly unknown[], indent: string): string {
  let text = '';
  for (const item of list) text += `${indent}-${nested(item, indent)}`;
  return text;
}

/** The first line of a collection stands beside the mark of its item. */
function nested(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  const text = nodeText(value, inner);
  return text.startsWith(`\n${inner}`) ? ` ${text.slice(inner.length + 1)}` : text;
}

/** What ends in a line break keeps it, what does not says so. */
function literalText(text: string, indent: string): string {
  const ends = text.endsWith('\n');
  const lines = (ends ? text.slice(0, -1) : text).split('\n');
  return `|${ends ? '' : '-'}\n${lines.map((line) => (line === '' ? '' : `${indent}${line}`)).join('\n')}\n`;
}

function scalarText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return isPlain(value) ? value : quoted(value);
    case 'number':
      return numberText(value);
    case 'boolean':
      return String(value);
    default:
      return 'null';
  }
}

/** YAML 1.1 knows no exponent without a point and a sign: `1e21` would be a string there, `1.0e+21` is not. */
const numberText = (value: number): string =>
  String(value).replace(/^(-?\d+)(\.\d+)?e([+-])/, (_, whole, part, sign) => `${whole}${part ?? '.0'}e${sign}`);
