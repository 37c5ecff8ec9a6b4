import type { Merged } from '../emitter.ts';
import { type HandlerFileFacts, readHandlerFile } from './read-handler-file.ts';
import { type HandlerSource, handlerFile, runtimeModule, serviceError } from './skeleton.ts';
import { typescriptParser } from './typescript-parser.ts';

/**
 * Adds to a person's file what it lacks: the handler, as a skeleton, and the imports for its type. A type that no longer
 * exists is renamed where the handler's own is plainly meant. Everything else keeps every byte; what cannot be mended
 * without guessing is said in the notes.
 */
export function mergeHandler(existing: string, source: HandlerSource): Merged {
  if (isCurrent(existing, source)) return { text: existing, notes: [] };
  if (existing.replace('\ufeff', '').trim() === '') return { text: existing + handlerFile(source), notes: [] };
  const facts = readHandlerFile(typescriptParser(), existing, source);
  if (facts.fault !== undefined) {
    return { text: existing, notes: [`it cannot be read as TypeScript, so nothing was added: ${facts.fault}`] };
  }
  const edits = [...annotationEdits(facts, source), ...missingHandler(facts, source)];
  return { text: applied(existing, edits), notes: notesOn(facts, source) };
}

/** An insertion, or with `end` a replacement. */
interface Edit {
  readonly start: number;
  readonly end?: number;
  readonly text: string;
}

/** From the last to the first, so that positions stay true. Of two at one place the first stands first. */
function applied(text: string, edits: readonly Edit[]): string {
  const fromTheEnd = edits.toReversed().sort((a, b) => b.start - a.start);
  return fromTheEnd.reduce(
    (done, { start, end = start, text: added }) => done.slice(0, start) + added + done.slice(end),
    text,
  );
}

function missingHandler(facts: HandlerFileFacts, source: HandlerSource): readonly Edit[] {
  if (facts.handler !== 'missing') return [];
  const { names, newline } = facts;
  const namespace = facts.namespace ?? free(source.namespace, names);
  const error = facts.serviceError ?? free(serviceError, names);
  const imports: string[] = [];
  if (facts.serviceError === undefined) {
    imports.push(
      `import { ${error === serviceError ? error : `${serviceError} as ${error}`} } from '${runtimeModule}';`,
    );
  }
  if (facts.namespace === undefined) imports.push(`import type * as ${namespace} from '${source.module}';`);
  const skeleton = source.skeleton(namespace, error).replaceAll('\n', newline);
  const gap = facts.endsLine ? newline : newline + newline;
  return [...importEdits(facts, imports), { start: facts.end, text: gap + skeleton }];
}

/** The type of a handler that is there: renamed where it exists no more, imported where it was not. */
function annotationEdits(facts: HandlerFileFacts, source: HandlerSource): readonly Edit[] {
  const { annotation } = facts;
  if (!annotation) return [];
  const edits: Edit[] = [];
  if (annotation.name !== source.type && annotation.ofModule && !source.types.has(annotation.name)) {
    edits.push({ start: annotation.start, end: annotation.end, text: source.type });
  }
  const { unknownQualifier } = annotation;
  if (unknownQualifier !== undefined) {
    edits.push(...importEdits(facts, [`import type * as ${unknownQualifier} from '${source.module}';`]));
  }
  return edits;
}

function importEdits({ importAt, newline }: HandlerFileFacts, imports: readonly string[]): readonly Edit[] {
  if (imports.length === 0) return [];
  const lines = imports.join(newline);
  switch (importAt.place) {
    case 'after-import':
      return [{ start: importAt.start, text: newline + lines }];
    case 'top':
      return [{ start: importAt.start, text: lines + newline + newline }];
  }
}

function notesOn(facts: HandlerFileFacts, source: HandlerSource): readonly string[] {
  const { constant, type, declaredIn } = source;
  const notes: string[] = [];
  if (facts.handler === 'hidden') {
    notes.push(`\`${constant}\` is declared but not exported: write \`export\` before it.`);
  }
  if (facts.handler === 'unknown') {
    notes.push(
      `no \`${constant}\` was added, since \`export *\` may already bring it; if not, write \`export const ${constant}\`.`,
    );
  }
  const { annotation } = facts;
  if (annotation?.ofModule && annotation.name !== type && source.types.has(annotation.name)) {
    notes.push(
      `\`${constant}\` has the type \`${annotation.name}\`, which is that of another handler; its own is \`${type}\`.`,
    );
  }
  for (const { constant: name, type: gone } of facts.obsolete) {
    notes.push(`\`${name}\` has the type \`${gone}\`, which ${declaredIn} declares no longer; it is left as it is.`);
  }
  return notes;
}

/** A name that the file has not: with `Weir` in front, then numbered. */
function free(name: string, taken: ReadonlySet<string>): string {
  let candidate = taken.has(name) ? `Weir${name}` : name;
  for (let n = 2; taken.has(candidate); n++) candidate = `Weir${name}${n}`;
  return candidate;
}

/**
 * Whether a file plainly has its handler and every type that it mentions, without parsing it: TypeScript's parser takes
 * longer to load than a build. True only where a look at the text cannot be wrong; a comment or template before the
 * handler that might hold it is left to the parser.
 */
export function isCurrent(text: string, { constant, type, types, module }: HandlerSource): boolean {
  const imported = new RegExp(`^import type \\* as ([A-Za-z_]\\w*) from '${escaped(module)}';\\r?$`, 'm').exec(text);
  const namespace = imported?.[1];
  if (namespace === undefined || text.split(module).length !== 2) return false;
  const handlers = [...text.matchAll(new RegExp(`\\b(\\w+)\\s*:\\s*${namespace}\\s*\\.\\s*(\\w+)`, 'g'))];
  const own = new RegExp(`^export const ${escaped(constant)}: ${namespace}\\.${escaped(type)} =`, 'm').exec(text);
  if (!own || handlers.some((match) => !types.has(match[2]!))) return false;
  return isCode(text, imported!.index) && isCode(text, own.index);
}

function isCode(text: string, index: number): boolean {
  const before = text.slice(0, index);
  return !before.includes('`') && !/\\\r?\n$/.test(before) && before.lastIndexOf('/*') <= before.lastIndexOf('*/');
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
