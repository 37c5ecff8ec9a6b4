import type { Remembered } from '../emit/remembered.ts';
import { surroundingsOf } from '../emit/surroundings.ts';
import type { Model } from '../model/model.ts';
import type { SourceText } from '../syntax/read.ts';
import { hashOfAll } from './cache.ts';
import type { Known } from './plan.ts';
import { saidIn } from './said.ts';

/** What a build keeps of a service for the next one. */
export interface KeptService {
  /** Of its surroundings. */
  readonly key: string;
  /** Of what it says itself, wherever it stands. */
  readonly said: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** By their full names; under no name all else but messages: of that there is only what it says. */
export type KeptServices = Readonly<Record<string, KeptService>>;

/** What of the last build still stands, service by service. */
export interface Recall {
  readonly remembered: Remembered;
  /** The files of services for which nothing has changed. */
  readonly kept: ReadonlyMap<string, Known>;
  /** Nothing but messages says something else than then: what is marked `withoutMessages` is as it was. */
  readonly sameButMessages: boolean;
  /** What is to be kept of the services, once all emitters have been asked. */
  readonly services: () => KeptServices;
}

/** What is known of the last build. */
export interface LastBuild {
  readonly files: ReadonlyMap<string, Known>;
  /** The path of the manifest: what is kept is taken from it. */
  readonly manifest: string;
  readonly services: KeptServices;
  /** Those of some files that are as it left them. */
  readonly standing: (paths: readonly string[]) => Promise<ReadonlyMap<string, Known>>;
}

/**
 * Compares the surroundings of each service with those of the last build. A service of which a file is no longer what it was
 * is made again as well.
 *
 * @param settings everything beside the model on which outputs depend
 */
export async function recall(
  model: Model,
  settings: string,
  sources: readonly SourceText[],
  last: LastBuild,
): Promise<Recall> {
  const keys = keysOf(model, settings, sources);
  const same = new Set([...keys].flatMap(([id, key]) => (last.services[id]?.key === key ? [id] : [])));
  const said = saidIn(model, settings, sources, (id) => (same.has(id) ? last.services[id]?.said : undefined));
  const theirs = [...last.files].filter(([, { of }]) => of !== undefined && same.has(of)).map(([path]) => path);
  const standing = await last.standing([...theirs, last.manifest]);
  if (!standing.has(last.manifest)) same.clear();
  for (const path of theirs) if (!standing.has(path)) same.delete(last.files.get(path)?.of ?? '');
  const facts = new Map([...keys.keys()].map((id) => [id, { ...(same.has(id) ? last.services[id]?.facts : {}) }]));
  return {
    remembered: {
      isCurrent: ({ id }) => same.has(id),
      fact: ({ id }, name, make) => {
        const own: Record<string, unknown> = facts.get(id) ?? {};
        if (!Object.hasOwn(own, name)) own[name] = make();
        return own[name] as ReturnType<typeof make>;
      },
    },
    kept: new Map([...standing].filter(([, { of }]) => of !== undefined && same.has(of))),
    sameButMessages:
      Object.keys(last.services).length === said.size &&
      [...said].every(([id, now]) => last.services[id]?.said === now),
    services: () =>
      Object.fromEntries(
        [...said].map(([id, now]) => [id, { key: keys.get(id) ?? '', said: now, facts: facts.get(id) ?? {} }]),
      ),
  };
}

function keysOf(model: Model, settings: string, sources: readonly SourceText[]): ReadonlyMap<string, string> {
  const { of, fileOf, shared } = surroundingsOf(model);
  const all = hashOfAll([settings, shared]);
  const texts = new Map(sources.map(({ path, text }) => [path, hashOfAll([text])]));
  const textOf = (id: string): string => texts.get(fileOf.get(id) ?? '') ?? '';
  return new Map([...of].map(([id, ids]) => [id, hashOfAll([all, ...ids.flatMap((one) => [one, textOf(one)])])]));
}
