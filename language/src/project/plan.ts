import { join } from 'node:path';
import type { Output } from '../emit/emitter.ts';
import type { Place } from '../model/model.ts';
import { type Fault, onFile, ProjectError } from './fault.ts';
import { codeOf, type FileSystem, readIfThere, type Stamp } from './file-system.ts';
import { hashOf, hashOfBytes, type Manifest, type ManifestEntry, manifestName, printManifest } from './manifest.ts';
import { isSame, isStamp, settled } from './stamps.ts';
import { decode } from './text.ts';

/** `hash` is that of the text as the manifest has it, where it is known. */
interface Written {
  readonly path: string;
  readonly text: string;
  readonly hash?: string;
}

/** One change on the disk. `before` is what must still be there when it is made; absent: nothing may be there. */
export type Change =
  | (Written & { readonly action: 'create'; readonly before?: never })
  | (Written & { readonly action: 'update'; readonly before: Buffer })
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

export interface TargetOutput {
  readonly target: string;
  /** Not copied: a text that nobody needs is not printed. */
  readonly output: Output;
}

/** What is remembered of a file that a build has left as it should be. */
export interface Known {
  readonly mode: Output['mode'];
  /** Of its content: as the manifest has it; of merged files every byte counts. Absent: it must be looked at. */
  readonly hash?: string;
  /** What was to be said of a merged file. */
  readonly notes?: readonly string[];
  /** With the same stamp it is the same file; absent where none vouches for it. */
  readonly stamp?: Stamp;
  /** The service on whose surroundings alone it depends. */
  readonly of?: string;
}

export interface PlanInput {
  /** Absolute. */
  readonly root: string;
  /** Where the manifest stands, relative to the root. */
  readonly out: string;
  readonly outputs: ReadonlyMap<string, TargetOutput>;
  readonly manifest: Manifest;
  /** Does this build answer for a target? Files of others are left as they are. */
  readonly answersFor: (target: string) => boolean;
  /** What is remembered of files from the last build. */
  readonly known?: ReadonlyMap<string, Known>;
  /** Files that no output stands for, as they are as they should be; the manifest knows them. */
  readonly kept?: ReadonlyMap<string, Known>;
  /** Nothing but messages has changed: what is known of outputs without messages still holds. */
  readonly sameButMessages?: boolean;
}

/** A plan, and what its files are once it is carried out. Stamps are of those that it leaves alone. */
export interface PlanWithFiles extends Plan {
  readonly files: ReadonlyMap<string, Known>;
}

type Fate = Change | Conflict | 'unchanged';

interface Planned {
  readonly fate: Fate;
  readonly known: Known;
}

/** Files are read so many at a time. */
const atOnce = 32;

/** Compares what should be with what is. Reads and writes nothing but reads. */
export async function planBuild(fs: FileSystem, input: PlanInput): Promise<PlanWithFiles> {
  const { root, manifest, answersFor, kept = new Map<string, Known>() } = input;
  const outputs = sorted(input.outputs);
  const fates: Fate[] = [];
  const notes: Note[] = [];
  const files = new Map<string, Known>();
  const next = new Map<string, ManifestEntry>();
  for (const [path, known] of kept) {
    const entry = manifest.get(path);
    if (entry === undefined || input.outputs.has(path)) continue;
    notes.push(...notesOf(path, known));
    files.set(path, known);
    next.set(path, entry);
  }
  const unchanged = files.size;

  const stamps = await fs.stamps(outputs.map(([path]) => join(root, path)));
  const vouching = settled(new Map(stamps.flatMap((stamp, i) => (isStamp(stamp) ? [[i, stamp] as const] : []))));
  for (let first = 0; first < outputs.length; first += atOnce) {
    const some = outputs.slice(first, first + atOnce);
    const planned = await Promise.all(
      some.map(([path, { output }], i) => plannedFor(fs, input, path, output, stamps[first + i])),
    );
    for (const [i, [path, { target, output }]] of some.entries()) {
      const { of } = output;
      const { fate, known } = planned[i] as Planned;
      const stamp = vouching.get(first + i);
      fates.push(fate);
      notes.push(...notesOf(path, known));
      files.set(path, { ...known, ...(of ? { of } : {}), ...(fate === 'unchanged' && stamp ? { stamp } : {}) });
      next.set(path, entryOf(target, output, known));
    }
  }
  notes.sort((a, b) => compare(a.path, b.path));
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
  const manifestPath = `${input.out}/${manifestName}`;
  const text = printManifest(next);
  fates.push(await manifestFate(fs, root, manifestPath, next.size > 0 ? text : undefined));
  if (next.size > 0) files.set(manifestPath, { mode: 'owned', hash: hashOf(text) });
  return {
    changes: fates.filter((fate) => typeof fate === 'object' && 'action' in fate),
    conflicts: fates.filter((fate) => typeof fate === 'object' && 'why' in fate),
    unchanged: unchanged + fates.filter((fate) => fate === 'unchanged').length,
    notes,
    files,
  };
}

const notesOf = (path: string, { notes = [] }: Known): readonly Note[] => notes.map((message) => ({ path, message }));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => compare(a, b));

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

/** Reads a file only if nothing else tells what it holds, and has a text printed, once, only if it may be needed. */
async function plannedFor(
  fs: FileSystem,
  { root, manifest, known: all, sameButMessages = false }: PlanInput,
  path: string,
  output: Output,
  stamp: Stamp | 'nothing' | undefined,
): Promise<Planned> {
  if (isStamp(stamp) && output.mode === 'once') return { fate: 'unchanged', known: { mode: 'once' } };
  const known = all?.get(path);
  const same = isStamp(stamp) && known?.stamp !== undefined && isSame(known.stamp, stamp) ? known : undefined;
  if (output.mode === 'owned') {
    if (sameButMessages && output.withoutMessages && same?.mode === 'owned') return { fate: 'unchanged', known: same };
    const { text } = output;
    const hash = hashOf(text);
    if (same?.mode === 'owned' && same.hash === hash) return { fate: 'unchanged', known: same };
    const existing = stamp === 'nothing' ? undefined : await existingAt(fs, root, path);
    return { fate: ownedFate(path, text, hash, existing, manifest), known: { mode: 'owned', hash } };
  }
  const existing = stamp === 'nothing' ? undefined : await existingAt(fs, root, path);
  if (existing === undefined) return created(path, output);
  if (existing === 'folder') return { fate: { path, why: 'a folder' }, known: { mode: output.mode } };
  if (output.mode === 'once') return { fate: 'unchanged', known: { mode: 'once' } };
  return mergedInto(path, output, existing);
}

/** A skeleton that is merged with itself is as it was, and there is nothing to say of it. */
function created(path: string, { mode, text }: Output): Planned {
  const fate = { action: 'create', path, text } as const;
  return { fate, known: mode === 'once' ? { mode } : { mode, hash: hashOfBytes(text) } };
}

function ownedFate(
  path: string,
  text: string,
  hash: string,
  existing: Buffer | undefined | 'folder',
  manifest: Manifest,
): Fate {
  if (existing === undefined) return { action: 'create', path, text, hash };
  if (existing === 'folder') return { path, why: 'a folder' };
  const found = hashOf(existing);
  if (found === hash) return 'unchanged';
  const entry = manifest.get(path);
  if (entry?.mode !== 'owned') return { path, why: 'not written by Weir' };
  if (entry.hash !== found) return { path, why: 'changed by hand' };
  return { action: 'update', path, text, hash, before: existing };
}

function mergedInto(path: string, output: Output & { readonly mode: 'merged' }, existing: Buffer): Planned {
  const decoded = decode(existing);
  if (decoded.text === undefined) throw new ProjectError([{ file: path, ...decoded.fault } satisfies Fault]);
  const { text, notes } = output.merge(decoded.text);
  if (text === decoded.text)
    return { fate: 'unchanged', known: { mode: 'merged', hash: hashOfBytes(existing), notes } };
  // What is to be said of the new text is known when it is merged again.
  const change = { action: 'update', path, text: (decoded.bom ? '\ufeff' : '') + text, before: existing } as const;
  return { fate: change, known: { mode: 'merged', notes } };
}

const entryOf = (target: string, { mode, sources }: Output, { hash }: Known): ManifestEntry => ({
  target,
  mode,
  ...(mode === 'owned' && hash !== undefined ? { hash } : {}),
  sources: linesOf(sources),
});

/** `orders.svc:12`, each once, in the order of files and lines. */
function linesOf(places: readonly Place[]): string[] {
  const different = new Map(places.map((place) => [`${place.file}:${place.start.line}`, place]));
  const ordered = [...different].sort(([, a], [, b]) =>
    a.file === b.file ? a.start.line - b.start.line : a.file < b.file ? -1 : 1,
  );
  return ordered.map(([line]) => line);
}

function leftOver(entry: ManifestEntry): string {
  return entry.mode === 'owned'
    ? 'nothing in the sources asks for it any more, but it was changed by hand: it stays. Remove it when you have what you need from it.'
    : 'nothing in the sources asks for it any more. It is yours, so it stays; remove it when you have what you need from it.';
}

async function manifestFate(fs: FileSystem, root: string, path: string, text: string | undefined): Promise<Fate> {
  const before = await onFile('read it', path, () => readIfThere(fs, join(root, path)));
  if (before === undefined) return text === undefined ? 'unchanged' : { action: 'create', path, text };
  if (text === undefined) return { action: 'remove', path, before };
  return hashOf(before) === hashOf(text) ? 'unchanged' : { action: 'update', path, text, before };
}
