import type { Place, Problem, Setting } from './model.ts';
import { listed, mendName } from './nearest.ts';

/** What is said of a word that is none of a closed set. */
export function unknownWord(word: string, allowed: readonly string[], what: string, at: Place): Problem {
  const message = `\`${word}\` is no ${what}: expected ${listed(allowed, 'or')}`;
  return { rule: 'syntax', message, at, ...mendName(word, allowed, at) };
}

/** What travels is a message: protobuf has no other, and a message can grow. */
export function noMessage(verb: 'takes' | 'returns', at: Place, optional: boolean): Problem {
  const message = `an operation ${verb} a message${optional ? ', and always one' : ''}`;
  const hint =
    verb === 'takes' ? 'Name the parameter: `rpc Find(name: string = 1)`.' : 'Put it into a field of a message.';
  return { rule: 'syntax', message, at, hint };
}

/** Of `key value` pairs, those whose key means something; the others, and one that stands twice, are problems. */
export function knownSettings(
  settings: readonly Setting[],
  keys: readonly string[],
  what: string,
): { readonly known: readonly Setting[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  // A key that stands there already would stand twice.
  const write = (at: Place) => (near: string) => (settings.some(({ key }) => key === near) ? [] : [{ at, text: near }]);
  const seen = new Set<string>();
  const known = settings.filter((setting) => {
    if (!keys.includes(setting.key)) {
      const expected = keys.length === 0 ? 'it has none' : `expected ${listed(keys, 'or')}`;
      const at = keyPlace(setting);
      const message = `\`${setting.key}\` is no setting of ${what}: ${expected}`;
      problems.push({ rule: 'syntax', message, at, ...mendName(setting.key, keys, at, write(at)) });
      return false;
    }
    if (seen.has(setting.key))
      problems.push({
        rule: 'syntax',
        message: `\`${setting.key}\` stands twice here`,
        at: setting.at,
        hint: 'Keep one of them.',
      });
    return seen.size !== seen.add(setting.key).size;
  });
  return { known, problems };
}

/** The place of a setting's key, with which it begins. */
export function keyPlace({ key, at }: Setting): Place {
  return { ...at, end: { line: at.start.line, column: at.start.column + key.length } };
}
