import { hash } from 'node:crypto';
import { type Fault, onFile, ProjectError } from './fault.ts';
import { type FileSystem, readIfThere } from './file-system.ts';

export const manifestName = '.weir-manifest.json';

/** What the manifest says of one file. */
export interface ManifestEntry {
  /** The target that wrote it. */
  readonly target: string;
  /** `owned` files are Weir's; the others are a person's from the moment they were written. */
  readonly mode: 'owned' | 'once' | 'merged';
  /** Of what Weir wrote; only for what it owns. */
  readonly hash?: string;
  /** The declarations that it comes from: `orders.svc:12`. */
  readonly sources: readonly string[];
}

/** What Weir has written into a project: by path relative to its root. */
export type Manifest = ReadonlyMap<string, ManifestEntry>;

/** The hash of a text as the manifest holds it. Line ends do not count: git may have turned them round. */
export function hashOf(text: string | Buffer): string {
  return hashOfBytes(text.toString('utf8').replaceAll('\r\n', '\n'));
}

/** The same, but every byte counts. */
export const hashOfBytes = (text: string | Buffer): string => hash('sha256', text, 'hex');

/** The bytes of a manifest: sorted, a file a line or so, for a quiet diff. */
export function printManifest(manifest: Manifest): string {
  const files = Object.fromEntries([...manifest].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ about: 'Written by weir build: what it owns here. Do not edit.', version: 1, files }, null, 2)}\n`;
}

/** The manifest at a path; empty where there is none. Throws a `ProjectError` when it cannot be made sense of. */
export async function readManifest(fs: FileSystem, path: string, shown: string): Promise<Manifest> {
  const bytes = await onFile('read it', shown, () => readIfThere(fs, path));
  if (bytes === undefined) return new Map();
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ProjectError([unreadable(shown, 'it is no JSON')]);
  }
  if (!isRecord(value) || !isRecord(value.files))
    throw new ProjectError([unreadable(shown, 'it has no list of files')]);
  if (value.version !== 1) {
    throw new ProjectError([
      { file: shown, message: `it was written by a newer Weir (version ${value.version})`, hint: 'Use that version.' },
    ]);
  }
  const entries = Object.entries(value.files);
  const wrong = entries.find(([, entry]) => !isEntry(entry));
  if (wrong) throw new ProjectError([unreadable(shown, `its entry of ${wrong[0]} is broken`)]);
  return new Map(entries as [string, ManifestEntry][]);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function isEntry(value: unknown): value is ManifestEntry {
  return (
    isRecord(value) &&
    typeof value.target === 'string' &&
    (value.mode === 'owned' ? typeof value.hash === 'string' : value.mode === 'once' || value.mode === 'merged') &&
    Array.isArray(value.sources)
  );
}

function unreadable(file: string, why: string): Fault {
  return {
    file,
    message: `cannot tell what Weir has written here: ${why}`,
    hint: 'Restore it from version control. Or remove it with everything generated, and build again.',
  };
}
