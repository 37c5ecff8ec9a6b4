import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import picocolors from 'picocolors';
import { Linker } from '../../model/link.ts';
import { RecordsInMemory, recordsIn } from '../../project/build-record.ts';
import { scratch } from '../../project/scratch-fixture.ts';
import { type BuildMemory, buildOnce } from './run.ts';

const quiet = {
  write: () => {},
  color: false,
  colors: picocolors.createColors(false),
  live: false,
  width: undefined,
};

/** What each file may say; some of it is wrong, or wrong beside what others say. */
const texts: Readonly<Record<string, readonly string[]>> = {
  'types.svc': [
    'package shop\nmessage Thing { name: string = 1 }\nerror Missing 404 { name: string = 1 }\n',
    'package shop\n\nmessage Thing { name: string = 1  note: string? = 2 }\nerror Missing 404 { name: string = 1 }\n',
    'package shop\nmessage Other { name: string = 1 }\n',
    'package shop\nmessage Thing {',
  ],
  'orders.svc': [
    'package shop\nservice orders { grpc 9090  uses stock  rpc Get(id: uuid = 1) -> Thing { reads  timeout 1s  calls stock.Find } }\n',
    'package shop\nservice orders { grpc 9091  rpc Get(id: uuid = 1) -> Thing { reads } rpc All() -> Thing { reads } }\n',
    'package shop\nservice sales { grpc 9090  rpc Sell() -> Thing { idempotent } }\n',
    '',
  ],
  'stock.svc': [
    'package shop\nservice stock { grpc 9092  rpc Find(id: uuid = 1) -> Thing throws Missing { reads } }\n',
    'package shop\nservice stock { http 8080  grpc 9092  rpc Find(id: uuid = 1) -> Thing { reads  route GET /v1/things/{id} } }\n',
    'package shop\nservice store { grpc 9093  rpc Find(id: uuid = 1) -> Thing { reads } }\n',
  ],
  'weir.json': [
    '{ "emit": ["proto", "typescript", "kubernetes"] }',
    '{ "emit": ["proto", "openapi"], "services": "packages" }',
    '{ "emit": ["proto", "typescript"], "rules": { "missing-timeout": "off" } }',
    '{ "emit": ',
  ],
};

/** It changes what others are made of that are not touched themselves. */
const elsewhere = { path: 'stock.svc', text: texts['stock.svc']?.[1] ?? '' };

test('law: after any edits, builds in a row leave what Weir owns as a build from nothing does', async (t) => {
  const text = fc
    .constantFrom(...Object.keys(texts))
    .chain((path) => fc.record({ path: fc.constant(path), text: fc.constantFrom(...(texts[path] ?? [])) }));
  const removal = fc.record({ removed: fc.nat() });
  let builds = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof({ weight: 4, arbitrary: text }, removal), { maxLength: 12 }), async (steps) => {
      const first = Object.fromEntries(Object.entries(texts).map(([path, [text = '']]) => [`p/${path}`, text]));
      const folder = await scratch(t, first);
      const build = (name: string, memory: BuildMemory) =>
        buildOnce(
          { cwd: folder.path(name), env: { WEIR_CACHE_DIR: folder.path('cache') }, out: quiet, err: quiet },
          '.',
          {},
          memory,
        );
      const below = async (name: string, wanted: (path: string) => boolean): Promise<Record<string, string>> => {
        const all = Object.entries(await folder.read(name)).map(
          ([path, text]) => [path.slice(name.length + 1), text] as const,
        );
        return Object.fromEntries(all.filter(([path]) => wanted(path)));
      };
      const isSource = (path: string): boolean => path in texts;
      const isOwned = (path: string): boolean => /(^|\/)generated\//.test(path);
      const memory = {
        records: new RecordsInMemory(recordsIn(folder.path('cache'))),
        known: { linker: new Linker() },
      };
      await build('p', memory);
      for (const step of steps) {
        const owned = await below('p', isOwned);
        if ('path' in step) {
          await folder.write({ [`p/${step.path}`]: step.text });
        } else {
          const gone = Object.keys(owned).filter((path) => !path.endsWith('manifest.json'));
          await rm(folder.path(`p/${gone[step.removed % gone.length]}`));
        }
        const before = await below('p', isOwned);
        const built = await build('p', memory).catch(() => undefined);
        const after = await below('p', isOwned);
        await rm(folder.path('anew'), { recursive: true, force: true });
        const sources = await below('p', isSource);
        await folder.write(Object.fromEntries(Object.entries(sources).map(([path, text]) => [`anew/${path}`, text])));
        const anew = await build('anew', { records: recordsIn(folder.path('nowhere')) }).catch(() => undefined);
        assert.equal(built?.plan === undefined, anew?.plan === undefined);
        assert.deepEqual(built?.plan?.conflicts ?? [], []);
        assert.deepEqual(after, built?.plan === undefined ? before : await below('anew', isOwned));
        if (built?.plan) builds += 1;
      }
    }),
    { numRuns: Number(process.env.WEIR_RUNS ?? 8), examples: [[[elsewhere]]] },
  );
  assert.ok(builds > 5, `only ${builds} builds were compared`);
});
