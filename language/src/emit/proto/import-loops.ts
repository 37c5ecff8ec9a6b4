import { EmitError } from '../emit-error.ts';
import type { ProtoFile } from './document.ts';
import { importsOf } from './imports.ts';

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
  const message = `packages use each other's types, and protobuf has no imports in a loop: ${loop.map((file) => file.package).join(' → ')}`;
  const hint = 'Move the types that they share into a package of their own.';
  const at = loop[0]?.places[0];
  return new EmitError([{ message, hint, ...(at ? { at } : {}) }]);
}
