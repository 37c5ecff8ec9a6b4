import { typeName } from '../definition/names.ts';
import { pascalCase } from '../names.ts';
import { byText } from '../order.ts';

/**
 * Names of components by the full names of what they describe: the last part of it, or all of it where that would be
 * another's or is `taken`. Names that differ in case only count as one, since generators make files of them.
 */
export function componentNames(ids: Iterable<string>, taken: readonly string[]): ReadonlyMap<string, string> {
  const all = [...new Set(ids)].sort(byText);
  const short = (id: string): string => typeName(id.slice(id.lastIndexOf('.') + 1));
  const used = new Map<string, number>(taken.map((name) => [name.toLowerCase(), 1]));
  for (const id of all) used.set(short(id).toLowerCase(), (used.get(short(id).toLowerCase()) ?? 0) + 1);
  const names = new Map<string, string>();
  const given = new Set(taken.map((name) => name.toLowerCase()));
  for (const id of all) {
    const whole = id.split('.').map(pascalCase).join('');
    const candidates = used.get(short(id).toLowerCase()) === 1 ? [short(id), whole] : [whole];
    let name = candidates.find((candidate) => !given.has(candidate.toLowerCase()));
    for (let n = 2; name === undefined; n++) if (!given.has(`${whole}${n}`.toLowerCase())) name = `${whole}${n}`;
    given.add(name.toLowerCase());
    names.set(id, name);
  }
  return names;
}
