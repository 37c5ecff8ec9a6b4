import type { Fix, Model, Place } from '../model/model.ts';

const known = new WeakMap<Model, ReadonlySet<string>>();

/**
 * A mend that adds a member at the end of a block. `extent` is the whole of what the block belongs to; in a file that did
 * not parse it may end anywhere, and there is no mend.
 */
export function addToBlock(model: Model, extent: Place, member: string): Fix[] {
  if (brokenFiles(model).has(extent.file)) return [];
  const { start, end } = extent;
  const brace = { line: end.line, column: end.column - 1 };
  const text = start.line === end.line ? ` ${member} ` : `  ${member}\n${' '.repeat(start.column - 1)}`;
  return [{ title: `Add \`${member}\``, edits: [{ at: { file: extent.file, start: brace, end: brace }, text }] }];
}

function brokenFiles(model: Model): ReadonlySet<string> {
  let files = known.get(model);
  if (!files) {
    files = new Set(model.problems.filter(({ rule }) => rule === 'syntax').map(({ at }) => at.file));
    known.set(model, files);
  }
  return files;
}
