import { type Diagnostic, describeRules } from '../rules/index.ts';
import { applyFixes, type Text } from './apply.ts';
import { type Choice, choose, filesOf } from './choose.ts';

/** What has come of mending. */
export interface Mended<T extends Text> {
  readonly sources: readonly T[];
  /** The findings that are mended, with the fix that was made, in the order in which they were. */
  readonly made: readonly Choice[];
  /** What the rules find in the new texts. */
  readonly left: readonly Diagnostic[];
}

export interface MendOptions<T extends Text> {
  /** Reads and checks texts. */
  readonly check: (sources: readonly T[]) => Promise<readonly Diagnostic[]>;
  /** What it finds in the texts to begin with, where that is known. */
  readonly found?: readonly Diagnostic[];
  /** May this file be changed? */
  readonly mayChange?: (file: string) => boolean;
  readonly onPass?: (pass: number) => void;
}

/** A fix may make another possible; so many rounds are made at the most. */
const mostPasses = 50;

/**
 * Makes the unambiguous fixes of all findings, reads and checks again, and so on until there is nothing more to make.
 * Each step is kept only when the findings that it is for are gone and there are no others instead; a fix that fails
 * this is left out. So the texts never get worse, and it ends: each step leaves fewer findings or fewer fixes.
 */
export async function mend<T extends Text>(sources: readonly T[], options: MendOptions<T>): Promise<Mended<T>> {
  const { check, mayChange = () => true, onPass } = options;
  const refused = new Set<string>();
  const made: Choice[] = [];
  let now: State<T> = { sources, found: options.found ?? (await check(sources)) };
  for (let pass = 1; pass <= mostPasses; pass++) {
    const choices = choose(mendable(now.found, mayChange, refused));
    if (choices.length === 0) break;
    onPass?.(pass);
    const step = await tryAll(now, choices, check, refused);
    made.push(...step.made);
    now = step.state;
  }
  return { sources: now.sources, made, left: now.found };
}

interface State<T extends Text> {
  readonly sources: readonly T[];
  readonly found: readonly Diagnostic[];
}

const reading = new Set<string>(describeRules().flatMap((rule) => (rule.reading ? [rule.name] : [])));

/** What these find is so whatever the rest of the project says. */
const certain: readonly string[] = ['syntax', 'unit'];

/**
 * The findings whose fixes may be made now. Where something does not parse, the rest of the model is not certain: what
 * looks unused may be used in what is missing. And what names mean comes before what follows from it.
 */
export function mendable(
  found: readonly Diagnostic[],
  mayChange: (file: string) => boolean,
  refused: ReadonlySet<string> = new Set(),
): readonly Diagnostic[] {
  const broken = found.some(({ rule }) => rule === 'syntax');
  const candidates = found
    .filter((finding) => finding.fixes.length > 0 && (!broken || certain.includes(finding.rule)))
    .filter((finding) => !refused.has(keyOf(finding)) && finding.fixes.every((fix) => filesOf(fix).every(mayChange)));
  const first = candidates.filter(({ rule }) => reading.has(rule));
  return choose(first).length > 0 ? first : candidates;
}

/** Makes the choices, or so many of them that nothing gets worse; what is left of them is chosen anew afterwards. */
async function tryAll<T extends Text>(
  state: State<T>,
  choices: readonly Choice[],
  check: MendOptions<T>['check'],
  refused: Set<string>,
): Promise<{ readonly state: State<T>; readonly made: readonly Choice[] }> {
  const sources = applyFixes(
    state.sources,
    choices.map(({ fix }) => fix),
  );
  const found = await check(sources);
  if (isBetter(state.found, found, choices)) return { state: { sources, found }, made: choices };
  if (choices.length === 1) {
    for (const { finding } of choices) refused.add(keyOf(finding));
    return { state, made: [] };
  }
  const middle = choices.length >>> 1;
  const first = await tryAll(state, choices.slice(0, middle), check, refused);
  return first.made.length > 0 ? first : tryAll(state, choices.slice(middle), check, refused);
}

/**
 * Are the findings of the choices gone, with no others for them? When a name means something at last, or a quantity can be
 * read, what that brings to light was there before: then only what reading itself finds is compared.
 */
function isBetter(before: readonly Diagnostic[], after: readonly Diagnostic[], choices: readonly Choice[]): boolean {
  const counts = choices.every(({ finding }) => reading.has(finding.rule))
    ? (findings: readonly Diagnostic[]) => findings.filter(({ rule }) => reading.has(rule))
    : (findings: readonly Diagnostic[]) => findings;
  const wanted = tally(before, keyOf);
  for (const { finding } of choices) wanted.set(keyOf(finding), (wanted.get(keyOf(finding)) ?? 0) - 1);
  const has = tally(after, keyOf);
  const gone = choices.every(({ finding }) => (has.get(keyOf(finding)) ?? 0) <= (wanted.get(keyOf(finding)) ?? 0));
  if (!gone || counts(after).length >= counts(before).length) return false;
  const kindsBefore = tally(counts(before), kindOf);
  return [...tally(counts(after), kindOf)].every(([kind, count]) => count <= (kindsBefore.get(kind) ?? 0));
}

/** A finding whatever its line is. */
const keyOf = ({ rule, message, within = '', at }: Diagnostic): string =>
  JSON.stringify([rule, at.file, within, message]);

/** What a finding is about, whatever its arithmetic says. */
const kindOf = ({ rule, within = '', at }: Diagnostic): string => JSON.stringify([rule, at.file, within]);

function tally(findings: readonly Diagnostic[], key: (finding: Diagnostic) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(key(finding), (counts.get(key(finding)) ?? 0) + 1);
  return counts;
}
