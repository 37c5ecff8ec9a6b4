import type { CallItem, Fix, Operation, PartName, Parts, Place } from '../../model/model.ts';
import { before, behind, comparePlaces } from '../../model/place.ts';

type Edit = Fix['edits'][number];

/** One fix, or none where one of the calls cannot be written to. `text` is the whole part: `retry none`. */
export function writeForCalls(
  calls: readonly { readonly item: CallItem }[],
  name: PartName,
  text: string,
  title: string,
): Fix[] {
  return wholeFix(
    title,
    calls.map(({ item }) => writeForCall(item, name, text)),
  );
}

/** The same on the receiving side. */
export function writeForOperations(
  operations: readonly Operation[],
  name: PartName,
  text: string,
  title: string,
): Fix[] {
  return wholeFix(
    title,
    operations.map(({ parts, at }) => writeAmong(parts, name, text, at)),
  );
}

/** `this call`, `these 3 calls`. */
export const callsText = ({ length }: readonly unknown[]): string =>
  length === 1 ? 'this call' : `these ${length} calls`;

const wholeFix = (title: string, edits: readonly (Edit | undefined)[]): Fix[] =>
  edits.every((edit) => edit !== undefined) ? [{ title, edits }] : [];

/** Writes a part for one call, in place of its own or of what it inherits; nothing where its braces hold what could not be read. */
function writeForCall({ extent, with: use }: CallItem, name: PartName, text: string): Edit | undefined {
  if (!use) return { at: behind(extent), text: ` with { ${text} }` };
  const { policy, parts, at } = use;
  const among = writeAmong(parts, name, text, policy?.at ?? before(at));
  if (among || !policy || comparePlaces(behind(policy.at), behind(at)) !== 0) return among;
  return { at: behind(policy.at), text: ` { ${text} }` };
}

/** In place of the part of that name, else before the first: on a line of its own if that has one. `head` stands before the braces. */
function writeAmong(parts: Parts, name: PartName, text: string, head: Place): Edit | undefined {
  const own = parts[name];
  if (own) return { at: own.at, text };
  const [first] = Object.values(parts);
  if (!first) return undefined;
  const { line, column } = first.at.start;
  return { at: before(first.at), text: text + (line > head.end.line ? `\n${' '.repeat(column - 1)}` : '  ') };
}
