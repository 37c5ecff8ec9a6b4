import { join } from 'node:path';
import type { Emitter } from '../emit/emitter.ts';
import { defaultTargets, isTarget, targetNames, targets } from '../emit/targets.ts';
import { didYouMean } from '../model/nearest.ts';
import { configName } from './config.ts';
import { emitterIn } from './emitter-of-others.ts';
import { type Fault, ProjectError } from './fault.ts';
import type { Project } from './project.ts';
import { shownPath } from './read-config.ts';
import { resolveModule } from './resolve-module.ts';

/**
 * The emitters of a project: those that `emit` in weir.json names, else the usual ones and those of `emitters`.
 * `only` picks some of them by name, as `--target` does. Throws a `ProjectError` for a name that means nothing.
 */
export async function loadEmitters(project: Project, only?: readonly string[]): Promise<readonly Emitter[]> {
  const { config } = project;
  const added = await addedEmitters(project);
  const known = [...targetNames, ...added.keys()];
  const faults: Fault[] = [];
  const chosen = config.emit ?? [...defaultTargets, ...added.keys()];
  for (const [i, name] of (config.emit ?? []).entries()) {
    if (known.includes(name)) continue;
    const hint = didYouMean(name, known) ?? `There are ${known.join(', ')}.`;
    const message = `there is no target \`${name}\``;
    faults.push(project.file?.values.emit ? project.file.faultAt(['emit', i], message, hint) : { message, hint });
  }
  for (const name of only ?? []) {
    if (chosen.includes(name)) continue;
    const message = known.includes(name)
      ? `\`${name}\` is no target of this project`
      : `there is no target \`${name}\``;
    faults.push({ message, hint: hintFor(name, chosen, known) });
  }
  if (faults.length > 0) throw new ProjectError(faults);
  const emitters: Emitter[] = [];
  for (const name of chosen) {
    if (only && !only.includes(name)) continue;
    emitters.push(added.get(name) ?? (isTarget(name) ? await targets[name]() : missing(name)));
  }
  return emitters;
}

function hintFor(name: string, chosen: readonly string[], known: readonly string[]): string {
  if (known.includes(name)) return 'Add it to `emit` in weir.json.';
  return didYouMean(name, chosen) ?? `There are ${chosen.join(', ')}.`;
}

function missing(name: string): never {
  throw new Error(`no emitter ${name}`);
}

/** Emitters of others, by name. They are code: only a build loads them, never an editor. */
async function addedEmitters({ root, config, file }: Project): Promise<ReadonlyMap<string, Emitter>> {
  const found = new Map<string, Emitter>();
  const faults: Fault[] = [];
  let cause: unknown;
  for (const { name, from } of config.emitters) {
    const at = (message: string, hint: string): Fault => {
      const i = file?.values.emitters?.indexOf(name) ?? -1;
      return file && from === root && i >= 0
        ? file.faultAt(['emitters', i], message, hint)
        : { file: shownPath(join(from, configName)), message, hint };
    };
    const url = resolveModule(name, from);
    if (url === undefined) {
      const hint = name.startsWith('.') ? 'The path is relative to this file.' : `Install it: npm install -D ${name}`;
      faults.push(at(`cannot find the emitter \`${name}\``, hint));
      continue;
    }
    try {
      const emitter = await emitterIn(url, name, at);
      found.set(emitter.name, emitter);
    } catch (error) {
      if (!(error instanceof ProjectError)) throw error;
      faults.push(...error.faults);
      cause ??= error.cause;
    }
  }
  if (faults.length > 0) throw new ProjectError(faults, { cause });
  return found;
}
