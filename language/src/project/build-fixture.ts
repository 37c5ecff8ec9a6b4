import type { Emitter, Output } from '../emit/emitter.ts';
import { readModel } from '../syntax/read.ts';
import { type BuildOptions, buildProject } from './build.ts';
import { defaultConfig } from './config.ts';
import type { Plan } from './plan.ts';
import type { Scratch } from './scratch-fixture.ts';

/** The emitters of these tests know what to write; they ask the model nothing. */
export const model = await readModel([]);

export const owned = (text: string, line = 1): Output => {
  const at = { line, column: 1 };
  return { mode: 'owned', text, sources: [{ file: 'shop.svc', start: at, end: at }] };
};

export const once = (text: string): Output => ({ mode: 'once', text, sources: [] });

export const emitter = (files: Readonly<Record<string, Output>>, name = 'test'): Emitter => ({
  name,
  emit: () => new Map(Object.entries(files)),
});

/** Builds a folder that is to hold just these files. */
export function build(
  { root }: Scratch,
  files: Readonly<Record<string, Output>>,
  options: Partial<BuildOptions> = {},
): Promise<Plan> {
  return buildProject({ root, config: defaultConfig }, model, [emitter(files)], {
    runtimeVersion: '0.1.0',
    ...options,
  });
}

export const manifest = 'generated/.weir-manifest.json';

/** What is on the disk beside the manifest. */
export async function texts(folder: Scratch): Promise<Record<string, string>> {
  const { [manifest]: _, ...others } = await folder.read();
  return others;
}

/** An error as the system gives it. */
export const failing = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });
