import { compareTexts } from '../model/place.ts';
import { type Diagnostic, describeRules } from '../rules/index.ts';
import { onFile, ProjectError } from './fault.ts';
import { disk, type FileSystem, readIfThere } from './file-system.ts';
import { fingerprintOf } from './fingerprint.ts';
import { replaceFile } from './replace-file.ts';
import { decode, positionAt } from './text.ts';

/** Findings of one kind that are accepted as they are. No lines: those move. */
export interface Accepted {
  /** Relative to the root of the project. */
  readonly file: string;
  readonly rule: string;
  /** The declaration that they stand in, for people. */
  readonly in?: string;
  readonly fingerprint: string;
  /** How many are alike; 1 where it is left out. */
  readonly count?: number;
}

/** What a baseline makes of findings. */
export interface Compared {
  /** Not in the baseline. */
  readonly fresh: readonly Diagnostic[];
  /** In the baseline. */
  readonly known: readonly Diagnostic[];
  /** How many of the baseline are there no more. */
  readonly gone: number;
}

const version = 1;

const unbending = new Set<string>(describeRules().flatMap((rule) => (rule.reading ? [rule.name] : [])));

/** Can a baseline accept it? What `@allow` cannot silence it cannot either: there is no sound model behind it. */
const isAcceptable = ({ rule }: Diagnostic): boolean => !unbending.has(rule);

/** What a baseline has to hold so that it accepts these findings, sorted. */
export function acceptedOf(findings: readonly Diagnostic[]): Accepted[] {
  const byKey = new Map<string, Accepted>();
  for (const finding of findings.filter(isAcceptable)) {
    const { rule, at, within } = finding;
    const one = {
      file: at.file,
      rule,
      ...(within === undefined ? {} : { in: within }),
      fingerprint: fingerprintOf(finding),
    };
    const count = (byKey.get(keyOf(one))?.count ?? 1) + (byKey.has(keyOf(one)) ? 1 : 0);
    byKey.set(keyOf(one), count === 1 ? one : { ...one, count });
  }
  return [...byKey.values()].sort(compare);
}

/** Which findings are new. Of more alike than the baseline accepts, the last ones are. */
export function compareWith(baseline: readonly Accepted[], findings: readonly Diagnostic[]): Compared {
  const room = new Map<string, number>();
  for (const one of baseline) room.set(keyOf(one), (room.get(keyOf(one)) ?? 0) + (one.count ?? 1));
  const fresh: Diagnostic[] = [];
  const known: Diagnostic[] = [];
  for (const finding of findings) {
    const key = keyOf({ file: finding.at.file, rule: finding.rule, fingerprint: fingerprintOf(finding) });
    const left = room.get(key) ?? 0;
    if (left > 0) room.set(key, left - 1);
    (left > 0 ? known : fresh).push(finding);
  }
  return { fresh, known, gone: [...room.values()].reduce((sum, left) => sum + left, 0) };
}

const keyOf = ({ file, rule, fingerprint }: Accepted): string => `${file}\n${rule}\n${fingerprint}`;

function compare(a: Accepted, b: Accepted): number {
  return (
    compareTexts(a.file, b.file) ||
    compareTexts(a.in ?? '', b.in ?? '') ||
    compareTexts(a.rule, b.rule) ||
    compareTexts(a.fingerprint, b.fingerprint)
  );
}

/** One line for each: two branches that accept different findings merge without a word. */
export function printBaseline(accepted: readonly Accepted[]): string {
  const lines = accepted.map((one) => `    ${JSON.stringify(one)}`);
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "version": ${version},\n  "findings": ${list}\n}\n`;
}

/**
 * Reads a baseline. Throws a `ProjectError` when it is not there or is none.
 *
 * @param shown how to call the file
 */
export async function readBaseline(path: string, shown: string, fs: FileSystem = disk): Promise<readonly Accepted[]> {
  const bytes = await onFile('read the baseline', shown, () => readIfThere(fs, path));
  if (!bytes) {
    const message = 'there is no such baseline';
    throw new ProjectError([{ file: shown, message, hint: '--write-baseline makes it from what is found now.' }]);
  }
  const decoded = decode(bytes);
  if (decoded.text === undefined) throw new ProjectError([{ file: shown, ...decoded.fault }]);
  return parseBaseline(decoded.text, shown);
}

function parseBaseline(text: string, shown: string): readonly Accepted[] {
  const hint = 'Write it anew with --write-baseline.';
  const refuse = (message: string, place: { line?: number; column?: number } = {}): never => {
    throw new ProjectError([{ file: shown, ...place, message, hint }]);
  };
  const conflict = /^(<{7}|={7}|>{7})/m.exec(text);
  if (conflict) refuse('the baseline has conflicts of a merge in it', positionAt(text, conflict.index));
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    return refuse(`the baseline is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!isObject(values) || !Array.isArray(values.findings)) return refuse('this is no baseline: it has no `findings`');
  if (values.version !== version) {
    refuse(`the baseline has version ${JSON.stringify(values.version)}; this Weir reads version ${version}`);
  }
  const wrong = values.findings.findIndex((one) => !isAccepted(one));
  if (wrong >= 0) refuse(`\`findings.${wrong}\` of the baseline is no finding: it needs a file, a rule, a fingerprint`);
  return values.findings;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function isAccepted(value: unknown): value is Accepted {
  if (!isObject(value)) return false;
  const { file, rule, fingerprint, count = 1 } = value;
  const texts = [file, rule, fingerprint].every((text) => typeof text === 'string');
  return texts && Number.isSafeInteger(count) && (count as number) > 0;
}

/** Writes the baseline that accepts these findings, whole or not at all, and gives how many it accepts. */
export async function writeBaseline(path: string, shown: string, findings: readonly Diagnostic[]): Promise<number> {
  await replaceFile(path, shown, printBaseline(acceptedOf(findings)));
  return findings.filter(isAcceptable).length;
}
