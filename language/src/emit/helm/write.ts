import { yamlDocument } from '../yaml/write.ts';
import type { ObjectTemplate, Template, Value } from './template.ts';

/** A template file: the objects as YAML, with Helm's own expressions where values go. */
export function templateFile(comment: string, objects: readonly ObjectTemplate[]): string {
  return `# ${comment}\n${objects.map(objectText).join('')}`;
}

/** Documents are divided before each: one that is left out leaves nothing behind. */
function objectText({ body, enabled }: ObjectTemplate): string {
  const holes: Hole[] = [];
  const text = filled(escaped(yamlDocument(withHoles(body, holes))), holes);
  return enabled ? `{{- if ${pathOf(enabled)} }}\n---\n${text}{{- end }}\n` : `---\n${text}`;
}

interface Hole {
  readonly value: Value;
  readonly optional: boolean;
}

const holeName = /^WEIR-HOLE-(\d+)$/;

/** The template as data, with a word that stands nowhere else where a value goes. */
function withHoles(template: Template, holes: Hole[]): unknown {
  switch (template.kind) {
    case 'text':
      return template.value;
    case 'value':
      holes.push({ value: template.value, optional: template.optional });
      return `WEIR-HOLE-${holes.length - 1}`;
    case 'object':
      return Object.fromEntries(template.entries.map(([key, entry]) => [key, withHoles(entry, holes)]));
    case 'list':
      return template.items.map((item) => withHoles(item, holes));
  }
}

/** Braces of the text itself, which Helm would take for its own. */
const escaped = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');

/** Puts expressions into the holes: each stands at the end of a line, behind its key or a dash. */
function filled(text: string, holes: readonly Hole[]): string {
  return text
    .split('\n')
    .map((line) => {
      const [, indent = '', head = '', word = ''] = /^( *)((?:- )*(?:.*: )?)(\S+)$/.exec(line) ?? [];
      const hole = holes[Number(holeName.exec(word)?.[1] ?? -1)];
      return hole ? holeLine(indent, head, hole) : line;
    })
    .join('\n');
}

function holeLine(indent: string, head: string, { value, optional }: Hole): string {
  const path = pathOf(value);
  const line = isNested(value)
    ? `${indent}${head.trimEnd()}\n${indent}  {{- toYaml ${path} | nindent ${indent.length + head.length - head.replace(/^(?:- )+/, '').length + 2} }}`
    : `${indent}${head}{{ toJson ${path} }}`;
  return optional ? `${indent}{{- if not (kindIs "invalid" ${path}) }}\n${line}\n${indent}{{- end }}` : line;
}

/** Objects and lists go on lines of their own. */
const isNested = ({ variants }: Value): boolean =>
  variants.some((variant) => typeof variant === 'object' && variant !== null);

const pathOf = ({ path }: Value): string => `.Values.${path.join('.')}`;
