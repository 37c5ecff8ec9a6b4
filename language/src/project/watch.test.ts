import assert from 'node:assert/strict';
import { open, rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { setTimeout as rest } from 'node:timers/promises';
import { type Scratch, scratch } from './scratch-fixture.ts';
import { sourcesAndSettings, type Watching, watchProject } from './watch.ts';

/** Longer than changes are gathered, on a busy machine too; in milliseconds. */
const patience = 10_000;

interface Ears {
  readonly watching: Watching;
  /** Waits until paths are told of, relative to the folder, and forgets them. */
  readonly until: (...paths: string[]) => Promise<void>;
}

async function listen(t: TestContext, { root }: Scratch): Promise<Ears> {
  let heard: string[] = [];
  const watching = watchProject({ root, except: 'out', folders: [root], files: sourcesAndSettings }, (paths) => {
    heard.push(...paths.map((path) => path.slice(root.length + 1)));
  });
  t.after(() => watching.close());
  await watching.ready;
  const until = async (...paths: string[]): Promise<void> => {
    for (const end = Date.now() + patience; heard.length < paths.length && Date.now() < end; ) await rest(10);
    assert.deepEqual([...new Set(heard)].sort(), paths);
    heard = [];
  };
  return { watching, until };
}

test('a file is told of when its content has changed, once it is written, in however many steps', async (t) => {
  const folder = await scratch(t, { 'a.svc': 'a' });
  const { until } = await listen(t, folder);
  for (let round = 0; round < 15; round++) {
    const file = await open(folder.path('a.svc'), 'w');
    await rest(round % 4);
    await file.write(`round ${round}`);
    await file.close();
    await until('a.svc');
  }
  await folder.write({ 'a.svc': 'round 14', 'b.svc': '' });
  await until('b.svc');
  await rm(folder.path('b.svc'));
  await until('b.svc');
});

test('only the kinds of files that were asked for, and not what is generated, installed or hidden', async (t) => {
  const folder = await scratch(t);
  const { until } = await listen(t, folder);
  const others = ['out/a.json', 'x/generated/b.json', 'node_modules/c/package.json', '.cache/d.json', 'e.ts'];
  await folder.write(Object.fromEntries([...others, 'below/f.json'].map((path) => [path, '{}'])));
  await until('below/f.json');
});

test('single files are looked at wherever they stand, until others are asked for', async (t) => {
  const folder = await scratch(t, { 'out/a.ts': '', 'out/b.ts': '' });
  const { watching, until } = await listen(t, folder);
  watching.lookAt([folder.path('out/a.ts')]);
  await rm(folder.path('out/a.ts'));
  await until('out/a.ts');
  watching.lookAt([folder.path('out/b.ts')]);
  await folder.write({ 'out/a.ts': 'again' });
  await rm(folder.path('out/b.ts'));
  await until('out/b.ts');
});
