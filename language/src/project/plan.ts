import { join } from 'node:path';
import type { Output } from '../emit/emitter.ts';
import type { Place } from '../model/model.ts';
import { type Fault, onFile, ProjectError } from './fault.ts';
import { codeOf, type FileSystem, readIfThere } from './file-system.ts';
import { hashOf, type Manifest, type ManifestEntry, manifestName, printManifest } from './manifest.ts';
import { decode } from './text.ts';

/** One change on the disk. `before` is what must still be there when it is made; absent: nothing may be there. */
export type Change =
  | { readonly action: 'create'; readonly path: string; readonly text: string; readonly before?: never }
  | { readonly action: 'update'; readonly path: string; readonly text: string; readonly before: Buffer }
  | { readonly action: 'remove'; readonly path: string; readonly text?: never; readonly before: Buffer };

/** A file that Weir would have to overwrite and must not. */
export interface Conflict {
  readonly path: string;
  readonly why: 'changed by hand' | 'not written by Weir' | 'a folder';
}

/** Something about a person's file that they should know; nothing was done. */
export interface Note {
  readonly path: string;
  readonly message: string;
}

/** What a build would do. With any conflict, nothing of it may be done. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly unchanged: number;
  readonly conflicts: readonly Conflict[];
  readonly notes: readonly Note[];
}

export type TargetOutput = Output & { readonly target: string };

export interface PlanInput {
  /** Absolute. */
  readonly root: string;
  /** Where the manifest stands, relative to the root. */
  readonly out: string;
  readonly outputs: ReadonlyMap<string, TargetOutput>;
  readonly manifest: Manifest;
  /** Does this build answer for a target? Files of others are left as they are. */
  readonly answersFor: (target: string) => boolean;
}

type Fate = Change | Conflict | 'unchanged';

/** Compares what should be with what is. Reads and writes nothing but reads. */
export async function planBuild(fs: FileSystem, input: PlanInput): Promise<Plan> {
  const { root, outputs, manifest, answersFor } = input;
  const fates: Fate[] = [];
  const notes: Note[] = [];
  const next = new Map<string, ManifestEntry>();

  for (const [path, output] of sorted(outputs)) {
    const existing = await existingAt(fs, root, path);
    fates.push(existing === 'folder' ? { path, why: 'a folder' } : fateOf(path, output, existing, manifest, notes));
    next.set(path, entryOf(output));
  }
  for (const [path, entry] of sorted(manifest)) {
    if (next.has(path)) continue;
    if (!answersFor(entry.target)) {
      next.set(path, entry);
      continue;
    }
    const existing = await existingAt(fs, root, path);
    if (existing === undefined || existing === 'folder') continue;
    if (entry.mode === 'owned' && entry.hash === hashOf(existing)) {
      fates.push({ action: 'remove', path, before: existing });
    } else {
      notes.push({ path, message: leftOver(entry) });
    }
  }
  fates.push(await manifestFate(fs, input, next));
  return {
    changes: fates.filter((fate) => typeof fate === 'object' && 'action' in fate),
    conflicts: fates.filter((fate) => typeof fate === 'object' && 'why' in fate),
    unchanged: fates.filter((fate) => fate === 'unchanged').length,
    notes,
  };
}

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

async function existingAt(fs: FileSystem, root: string, path: string): Promise<Buffer | undefined | 'folder'> {
  return onFile('read it', path, async () => {
    try {
      return await readIfThere(fs, join(root, path));
    } catch (error) {
      if (codeOf(error) === 'EISDIR') return 'folder';
      throw error;
    }
  });
}

function fateOf(
  path: string,
  output: TargetOutput,
  existing: Buffer | undefined,
  manifest: Manifest,
  notes: Note[],
): Fate {
  if (existing === undefined) return { action: 'create', path, text: output.text };
  switch (output.mode) {
    case 'once':
      return 'unchanged';
    case 'merged': {
      const decoded = decode(existing);
      if (decoded.text === undefined) throw new ProjectError([{ file: path, ...decoded.fault } satisfies Fault]);
      const merged = output.merge(decoded.text);
      notes.push(...merged.notes.map((message) => ({ path, message })));
      if (merged.text === decoded.text) return 'unchanged';
      return { action: 'update', path, text: (decoded.bom ? '\ufeff' : '') + merged.text, before: existing };
    }
    case 'owned': {
      const hash = hashOf(existing);
      if (hash === hashOf(output.text)) return 'unchanged';
      const known = manifest.get(path);
      if (known?.mode !== 'owned') return { path, why: 'not written by Weir' };
      if (known.hash !== hash) return { path, why: 'changed by hand' };
      return { action: 'update', path, text: output.text, before: existing };
    }
  }
}

function entryOf(output: TargetOutput): ManifestEntry {
  const { target, mode } = output;
  return {
    target,
    mode,
    ...(mode === 'owned' ? { hash: hashOf(output.text) } : {}),
    sources: linesOf(output.sources),
  };
}

/** `orders.svc:12`, each once, in the order of files and lines. */
function linesOf(places: readonly Place[]): string[] {
  const ordered = [...places].sort((a, b) =>
    a.file === b.file ? a.start.line - b.start.line : a.file < b.file ? -1 : 1,
  );
  return [...new Set(ordered.map((place) => `${place.file}:${place.start.line}`))];
}

function leftOver(entry: ManifestEntry): string {
  return entry.mode === 'owned'
    ? 'nothing in the sources asks for it any more, but it was changed by hand: it stays. Remove it when you have what you need from it.'
    : 'nothing in the sources asks for it any more. It is yours, so it stays; remove it when you have what you need from it.';
}

async function manifestFate(fs: FileSystem, { root, out }: PlanInput, next: Manifest): Promise<Fate> {
  const path = `${out}/${manifestName}`;
  const before = await onFile('read it', path, () => readIfThere(fs, join(root, path)));
  const text = printManifest(next);
  if (before === undefined) return next.size === 0 ? 'unchanged' : { action: 'create', path, text };
  if (next.size === 0) return { action: 'remove', path, before };
  return hashOf(before) === hashOf(text) ? 'unchanged' : { action: 'update', path, text, before };
}
