import type { Declared, Model, Place } from '../model/model.ts';
import { namedIn } from '../model/named-in.ts';
import type { SourceText } from '../syntax/read.ts';
import { hashOfAll } from './cache.ts';

/**
 * What each service says, by its full name, and under no name what all else but messages says. Hashes of lines, wherever
 * they stand, and of what the names in them mean.
 *
 * @param known what is known of a service already
 */
export function saidIn(
  model: Model,
  settings: string,
  sources: readonly SourceText[],
  known: (id: string) => string | undefined,
): ReadonlyMap<string, string> {
  const { errors, events, enums, aliases, policies, services } = model;
  const { resources, externals, auths, gateways, contexts, relations, systems } = model;
  const lines = new Map<string, readonly string[]>();
  const texts = new Map(sources.map(({ path, text }) => [path, text]));
  const linesAt = ({ file, start, end }: Place): readonly string[] => {
    const all = lines.get(file) ?? (texts.get(file) ?? '').split('\n');
    lines.set(file, all);
    return all.slice(start.line - 1, end.line);
  };
  const say = (declared: Declared): readonly string[] => {
    const { id, extent, docs = '', deprecated = '', allows } = declared;
    const names = [...namedIn(declared)].sort();
    return [id, extent.file, docs, deprecated, ...allows.map(({ rule }) => rule), ...names, ...linesAt(extent)];
  };
  const types: readonly Declared[] = [...errors, ...events, ...enums, ...aliases, ...policies];
  const parts: readonly Declared[] = [...resources, ...externals, ...auths, ...gateways, ...contexts, ...systems];
  const ways = relations.flatMap(({ at, from, to }) => [from.id ?? '', to.id ?? '', at.file, ...linesAt(at)]);
  const rest = [settings, ...[...types, ...parts].flatMap(say), ...ways, ...services.map(({ id }) => id)];
  return new Map([
    ['', hashOfAll(rest)],
    ...services.map((service) => [service.id, known(service.id) ?? hashOfAll(say(service))] as const),
  ]);
}
