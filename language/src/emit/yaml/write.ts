import { Document, type ScalarTag } from 'yaml';
import { stringifyString, stringTag } from 'yaml/util';
import { isLiteral, isPlain, quoted } from './scalar.ts';

/**
 * A YAML file: `comment` as its first line, then the documents. Keys stand in the order that they have in the data; nothing
 * is folded, anchored or written in flow style, and a string is plain only where any reader of YAML 1.1 or 1.2 sees a string.
 */
export function yamlFile(comment: string, documents: readonly unknown[]): string {
  return `# ${comment}\n${documents.map(yamlDocument).join('---\n')}`;
}

/** One YAML document, ending in a line break. */
export function yamlDocument(data: unknown): string {
  const document = new Document(data, {
    aliasDuplicateObjects: false,
    customTags: (tags) => [
      ...tags.filter((tag) => typeof tag === 'string' || !replaced.has(tag.tag)),
      stringScalar,
      numberScalar,
    ],
  });
  return document.toString({ lineWidth: 0, indentSeq: true });
}

const replaced = new Set(['tag:yaml.org,2002:str', 'tag:yaml.org,2002:int', 'tag:yaml.org,2002:float']);

const stringScalar: ScalarTag = {
  ...stringTag,
  stringify(item, context, onComment, onChompKeep) {
    const text = String(item.value);
    if (isPlain(text)) return text;
    if (!context.implicitKey && !context.inFlow && isLiteral(text)) {
      return stringifyString({ value: text, type: 'BLOCK_LITERAL' }, context, onComment, onChompKeep);
    }
    return quoted(text);
  },
};

/** YAML 1.1 knows no exponent without a point and a sign: `1e21` would be a string there, `1.0e+21` is not. */
const numberScalar: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number',
  resolve: Number,
  stringify: ({ value }) =>
    String(value).replace(/^(-?\d+)(\.\d+)?e([+-])/, (_, whole, part, sign) => `${whole}${part ?? '.0'}e${sign}`),
};
