import { EmitError } from '../emit-error.ts';
import type { ProtoFile } from './document.ts';
import { importsOf, usedFrom } from './imports.ts';

/** Protobuf refuses files that import each other, as packages that use each other's types would. Throws, naming one loop. */
export function refuseImportLoops(files: readonly ProtoFile[]): void {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const visit = (file: ProtoFile, trail: readonly ProtoFile[]): void => {
    if (trail.includes(file)) throw loopError([...trail.slice(trail.indexOf(file)), file]);
    if (done.has(file.path)) return;
    for (const path of importsOf(file)) {
      const imported = byPath.get(path);
      if (imported) visit(imported, [...trail, file]);
    }
    done.add(file.path);
  };
  for (const file of files) visit(file, []);
}

function loopError(loop: readonly ProtoFile[]): EmitError {
  const steps = loop.slice(1).map((used, i) => {
    const [first = '', ...others] = usedFrom(loop[i] as ProtoFile, used.path);
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return { user: loop[i]?.package, owner: used.package, text: `\`${first}\`${more}`, count: others.length + 1 };
  });
  const chain = loop.map((file) => file.package).join(' → ');
  const uses = steps.map(({ user, owner, text }) => `${user} uses ${text} of ${owner}`).join(', ');
  const message = `packages use each other's types, and protobuf has no imports in a loop: ${chain} (${uses})`;
  // Where the least has to be moved.
  const [least] = steps.toSorted((a, b) => a.count - b.count);
  const hint = `Move the types that they share into a package of their own, ${least?.text} of ${least?.owner} for instance.`;
  const at = loop[0]?.places[0];
  return new EmitError([{ message, hint, ...(at ? { at } : {}) }]);
}
