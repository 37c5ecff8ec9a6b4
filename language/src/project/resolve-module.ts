import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeOf } from './file-system.ts';

/**
 * Where an import of `name` written in a file of `folder` would lead, as a URL; nothing when it leads nowhere. Node has this
 * as `import.meta.resolve(name, parent)`, but behind a flag; `require.resolve` does not see what is for `import` only.
 */
export function resolveModule(name: string, folder: string): string | undefined {
  const require = createRequire(join(folder, 'weir.json'));
  try {
    return pathToFileURL(require.resolve(name)).href;
  } catch (error) {
    if (codeOf(error) !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
  }
  for (const modules of require.resolve.paths(name) ?? []) {
    const found = importTarget(join(modules, name));
    if (found !== undefined) return pathToFileURL(found).href;
  }
  return undefined;
}

/** The main entry of a package for `import`. */
function importTarget(folder: string): string | undefined {
  let exported: unknown;
  try {
    exported = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).exports;
  } catch {
    return undefined;
  }
  const target = conditional((exported as Record<string, unknown> | undefined)?.['.'] ?? exported);
  return target === undefined ? undefined : join(folder, target);
}

function conditional(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const found = ['node', 'import', 'default'].includes(condition) ? conditional(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
