import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Model } from '../model/model.ts';
import { readModel, type SourceText } from '../syntax/read.ts';
import type { EmitOptions, Outputs } from './emitter.ts';

export const options: EmitOptions = {
  out: 'generated',
  services: 'services',
  kubernetesVersion: '1.33',
  runtimeVersion: '0.1.0',
};

const folder = join(import.meta.dirname, 'golden');

/** For tests: a small system that brings every output into play. */
export function goldenSources(): SourceText[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.svc'));
  return files.map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

/** The model of texts that are expected to read without a problem. */
export async function modelOf(sources: readonly SourceText[]): Promise<Model> {
  const model = await readModel(sources);
  assert.deepEqual(model.problems, []);
  return model;
}

export const goldenModel = (): Promise<Model> => modelOf(goldenSources());

/** Writes outputs below a folder, as a build would. */
export function writeAll(outputs: Outputs, folder: string): void {
  for (const [path, { text }] of outputs) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Compares outputs with the files that are committed in a folder; with UPDATE_GOLDEN in the environment, rewrites those. */
export function assertGolden(outputs: Outputs, folder: string): void {
  if (process.env.UPDATE_GOLDEN) {
    rmSync(folder, { recursive: true, force: true });
    writeAll(outputs, folder);
  }
  const committed = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  assert.deepEqual(committed.sort(), [...outputs.keys()].map((path) => join(folder, path)).sort());
  for (const [path, { text }] of outputs) {
    assert.equal(text, readFileSync(join(folder, path), 'utf8'), `${path} (run with UPDATE_GOLDEN=1 to accept)`);
  }
}

/** The same declarations in another order, and in files of other names: what is emitted must not notice. */
export function shuffled(sources: readonly SourceText[]): SourceText[] {
  return sources.toReversed().map(({ path, text }) => {
    const [head, ...declarations] = text.split(/\n\n(?=\/\/\/|@|[a-z]+ [A-Za-z])/);
    const imports = declarations.filter((declaration) => declaration.startsWith('import '));
    const others = declarations.filter((declaration) => !declaration.startsWith('import '));
    return { path, text: [head, ...imports, ...others.reverse()].join('\n\n') };
  });
}
