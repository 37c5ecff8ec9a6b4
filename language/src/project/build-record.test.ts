import assert from 'node:assert/strict';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import type { Emitter, Output } from '../emit/emitter.ts';
import { printLater } from '../emit/print-later.ts';
import { targets } from '../emit/targets.ts';
import { readModel } from '../syntax/read.ts';
import { buildProject } from './build.ts';
import { emitter, manifest, model, once, owned } from './build-fixture.ts';
import { RecordsInMemory, recordIn, recordsIn } from './build-record.ts';
import { disk, type FileSystem, type Stamp } from './file-system.ts';
import { manifestName } from './manifest.ts';
import type { Plan } from './plan.ts';
import { type LoadedProject, loadProject } from './project.ts';
import { scratch } from './scratch-fixture.ts';
import { isStamp } from './stamps.ts';

const merged = (text: string): Output => ({
  mode: 'merged',
  text,
  sources: [],
  merge: (existing) => ({ text: existing, notes: existing === text ? [] : ['`Gone` is no operation any more'] }),
});

const files = { 'generated/a.txt': owned('a'), 'services/m.ts': once('m'), 'services/h.ts': merged('h') };
const runtimeVersion = '0.1.0';

/** A project with a cache of its own, and what builds of it say. */
async function projectOf(t: TestContext, text = 'service a {}') {
  const folder = await scratch(t, { 'p/weir.json': '{}', 'p/a.svc': text });
  const inProject = (path: string) => folder.path(`p/${path}`);
  const record = async (fs: FileSystem = disk, project?: LoadedProject) =>
    recordIn(
      recordsIn(folder.path('cache'), fs),
      project ?? (await loadProject(folder.path('p'))),
      { runtimeVersion },
      fs,
    );
  const build = async (emitters: readonly Emitter[] = [emitter(files)], fs: FileSystem = disk): Promise<Plan> => {
    const project = await loadProject(folder.path('p'));
    const found = await record(fs, project);
    return found.unchanged ?? (await buildProject(project, model, emitters, { runtimeVersion, record: found, fs }));
  };
  const unchanged = async (fs?: FileSystem) => (await record(fs)).unchanged;
  return { folder, inProject, record, build, unchanged };
}

/** No emitter may be asked. */
const idle: Emitter = { name: 'test', emit: () => assert.fail('it was asked for its outputs') };

test('after a build nothing would change, and no emitter is asked, until something is other than it was', async (t) => {
  const { folder, inProject, build, unchanged } = await projectOf(t);
  assert.equal(await unchanged(), undefined);
  assert.equal((await build()).changes.length, 4);
  const plan = await build([idle]);
  assert.deepEqual(plan, { changes: [], unchanged: 4, conflicts: [], notes: [] });

  const changes: Readonly<Record<string, () => Promise<unknown>>> = {
    'a source': () => folder.write({ 'p/a.svc': 'service b {}' }),
    'another source': () => folder.write({ 'p/b.svc': '' }),
    'a setting': () => folder.write({ 'p/weir.json': '{ "services": "elsewhere" }' }),
    'an output': () => folder.write({ 'p/generated/a.txt': 'b' }),
    'a handler': () => folder.write({ 'p/services/h.ts': 'by hand' }),
    'the manifest': () => folder.write({ [`p/${manifest}`]: '{}' }),
    'a file that is gone': () => rename(inProject('services/m.ts'), inProject('services/n.ts')),
  };
  for (const [name, change] of Object.entries(changes)) {
    const before = await folder.read();
    await change();
    assert.equal(await unchanged(), undefined, name);
    const after = await folder.read();
    for (const path of Object.keys(after))
      if (before[path] === undefined) await rename(folder.path(path), folder.path('aside'));
    await folder.write(before);
    assert.ok(await unchanged(), `${name}, put back`);
  }
  await folder.write({ 'p/services/m.ts': 'a person wrote on' });
  assert.ok(await unchanged(), 'a file that is a person’s from the start');
});

test('what is to be said of a merged file is said again', async (t) => {
  const { folder, build } = await projectOf(t);
  await build();
  await folder.write({ 'p/services/h.ts': 'by hand' });
  const notes = [{ path: 'services/h.ts', message: '`Gone` is no operation any more' }];
  assert.deepEqual((await build()).notes, notes);
  assert.deepEqual((await build([idle])).notes, notes);
});

/** A disk that tells the stamps of files in another way. */
const stamping = (as: (path: string, stamp: Stamp) => Stamp): FileSystem => ({
  ...disk,
  stamps: async (paths) =>
    (await disk.stamps(paths)).map((stamp, i) => (isStamp(stamp) ? as(paths[i] ?? '', stamp) : stamp)),
});

test('only what was changed just now is read to know that it is the same', async (t) => {
  const { folder, build } = await projectOf(t);
  const read: string[] = [];
  const earlier = stamping((path, stamp) =>
    path.endsWith(manifest) ? stamp : { ...stamp, modified: stamp.modified - 2000.5, changed: stamp.changed - 2000.5 },
  );
  const fs: FileSystem = {
    ...earlier,
    readFile: (path) => {
      if (/generated|services/.test(path)) read.push(path);
      return disk.readFile(path);
    },
  };
  await build([emitter(files)], fs);
  read.length = 0;
  assert.deepEqual((await build([idle], fs)).changes, []);
  assert.deepEqual(read, [folder.path(`p/${manifest}`)]);
  // With another source the emitters are asked, and of what they give only what has changed is read.
  await folder.write({ 'p/a.svc': 'service b {}' });
  read.length = 0;
  await build([emitter({ ...files, 'services/m.ts': once('other') })], fs);
  assert.deepEqual(new Set(read), new Set([folder.path(`p/${manifest}`), folder.path('p/services/h.ts')]));
});

test('where the clock of the disk stands still, changes are seen all the same', async (t) => {
  const still = stamping((_, { size }) => ({ size, modified: 1000, changed: 1000, inode: 1, device: 1 }));
  const { folder, build, unchanged } = await projectOf(t);
  await build([emitter(files)], still);
  assert.ok(await unchanged(still));
  await folder.write({ 'p/generated/a.txt': 'b' });
  assert.equal(await unchanged(still), undefined);
  assert.deepEqual((await build([emitter({ ...files, 'generated/a.txt': owned('c') })], still)).conflicts, [
    { path: 'generated/a.txt', why: 'changed by hand' },
  ]);
});

test('nothing is remembered of a build with emitters of others', async (t) => {
  const { folder, record } = await projectOf(t);
  const project = await loadProject(folder.path('p'));
  const emitters = [{ name: 'theirs', from: project.root }];
  const found = await record(disk, { ...project, config: { ...project.config, emitters } });
  await found.keep(new Map([['a', { mode: 'once' }]]));
  assert.deepEqual(Object.keys(await folder.read()), ['p/a.svc', 'p/weir.json']);
});

test('whatever became of the files meanwhile, a build after a change leaves what one from nothing leaves', async (t) => {
  const emitters = await Promise.all([targets.typescript(), targets.kubernetes(), targets.helm()]);
  const service = (name: string, port: number) => `service ${name} { version 1.0.0  grpc ${port}  rpc Look() }`;
  const sources = { 'orders.svc': service('orders', 9090), 'stock.svc': service('stock', 9091) };
  const hands: Readonly<Record<string, (path: (name: string) => string) => Promise<unknown>>> = {
    nothing: async () => {},
    'a file of another service is gone': (path) => rm(path('generated/kubernetes/base/stock.yaml')),
    'all of another service is gone': (path) => rm(path('services/stock'), { recursive: true }),
    'the manifest is gone': (path) => rm(path(`generated/${manifestName}`)),
    'a handler lost its handler': async (path) => {
      const [name = ''] = (await readdir(path('services/stock/src/handlers'))).filter((one) => one !== 'index.ts');
      await writeFile(path(`services/stock/src/handlers/${name}`), '// nothing here');
    },
  };
  for (const [name, hand] of Object.entries(hands)) {
    const folder = await scratch(t, {});
    const told: unknown[] = [];
    for (const [root, remembers] of [
      ['one', true],
      ['two', false],
    ] as const) {
      const build = async (): Promise<Plan> => {
        const project = await loadProject(folder.path(root));
        const model = await readModel(project.sources);
        const record = remembers
          ? { record: await recordIn(recordsIn(folder.path('cache')), project, { runtimeVersion }) }
          : {};
        return buildProject(project, model, emitters, { runtimeVersion, ...record });
      };
      const write = (all: Readonly<Record<string, string>>) =>
        folder.write(Object.fromEntries(Object.entries(all).map(([path, text]) => [`${root}/${path}`, text])));
      await write(sources);
      await build();
      await hand((path) => folder.path(`${root}/${path}`));
      await write({ 'orders.svc': service('orders', 9999) });
      const { changes, conflicts, notes } = await build();
      told.push({ changes: changes.map(({ action, path, text }) => ({ action, path, text })), conflicts, notes });
    }
    assert.deepEqual(told[0], told[1], name);
  }
});

test('what depends on no message is not printed again when messages alone have changed', async (t) => {
  const folder = await scratch(t, {});
  let printed = 0;
  const print = (): string => {
    printed += 1;
    return 'all';
  };
  const rest = { mode: 'owned', sources: [], withoutMessages: true } as const;
  const list = printLater(rest, print);
  const printedAfter = async (text: string, outputs: Readonly<Record<string, string>> = {}): Promise<number> => {
    await folder.write({ 'p/a.svc': text, ...outputs });
    const project = await loadProject(folder.path('p'));
    const record = await recordIn(recordsIn(folder.path('cache')), project, { runtimeVersion });
    const before = printed;
    const all = emitter({ 'generated/list.txt': list, 'generated/text.txt': owned(text) });
    await buildProject(project, await readModel(project.sources), [all], { runtimeVersion, record });
    return printed - before;
  };
  const message = (fields: string): string => `message Order { ${fields} }\n`;
  const service = (name: string): string => `service ${name} { grpc 1  rpc Take(Order) }\n`;
  assert.ok((await printedAfter(message('') + service('a'))) > 0);
  // The disk does not vouch for what was written a moment ago, but does when younger files are there.
  for (let i = 0; i < 2; i++) {
    await setTimeout(60);
    await printedAfter(message(`a${i}: string = 1`) + service('a'));
  }
  assert.equal(await printedAfter(message('b: string = 1') + service('a')), 0);
  assert.equal(await printedAfter(`\n\n${message('c: string = 1')}${service('a')}`), 0);
  assert.ok((await printedAfter(message('d: string = 1') + service('b'))) > 0);
  assert.ok((await printedAfter(`${message('d: string = 1')}enum E { e = 0 }\n${service('b')}`)) > 0);
  const byHand = printedAfter(message('e: string = 1'), { 'p/generated/list.txt': 'by hand' });
  assert.ok((await byHand) > 0);
});

test('law: whoever remembers builds what one who does not builds', async (t) => {
  const path = fc.constantFrom('generated/a.txt', 'generated/b/c.txt', 'services/h.ts', 'services/m.ts');
  const text = fc.constantFrom('a', 'b', 'cc');
  const step = fc.oneof(
    fc.record({ kind: fc.constant('source' as const), texts: fc.dictionary(path, text) }),
    fc.record({ kind: fc.constant('by hand' as const), path, text }),
    fc.record({ kind: fc.constant('nothing' as const) }),
  );
  const output = (path: string, text: string) =>
    path.startsWith('generated') ? owned(text) : path.endsWith('h.ts') ? merged(text) : once(text);
  const outputsIn = ({ sources }: LoadedProject): Emitter =>
    emitter(
      Object.fromEntries(
        Object.entries(JSON.parse(sources[0]?.text ?? '') as Record<string, string>).map(([path, text]) => [
          path,
          output(path, text),
        ]),
      ),
    );
  const told = ({ changes, conflicts, notes }: Plan) => ({
    changes: changes.map(({ action, path, text }) => ({ action, path, text })),
    conflicts,
    notes,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const folder = await scratch(t, { 'one/a.svc': '{}', 'two/a.svc': '{}', 'three/a.svc': '{}' });
      const onDisk = recordsIn(folder.path('cache'));
      const records = { one: onDisk, two: undefined, three: new RecordsInMemory(onDisk) };
      for (const step of steps) {
        const plans: unknown[] = [];
        for (const name of ['one', 'two', 'three'] as const) {
          if (step.kind === 'source') await folder.write({ [`${name}/a.svc`]: JSON.stringify(step.texts) });
          if (step.kind === 'by hand') await folder.write({ [`${name}/${step.path}`]: step.text });
          const project = await loadProject(folder.path(name));
          const remembered = records[name];
          const record = remembered && (await recordIn(remembered, project, { runtimeVersion }));
          const emitters = [outputsIn(project)];
          const options = { runtimeVersion, ...(record ? { record } : {}) };
          plans.push(told(record?.unchanged ?? (await buildProject(project, model, emitters, options))));
        }
        assert.deepEqual(plans[0], plans[1]);
        assert.deepEqual(plans[2], plans[1]);
      }
      const all = await folder.read();
      const below = (name: string) =>
        Object.entries(all).flatMap(([path, text]) => (path.startsWith(name) ? [[path.slice(name.length), text]] : []));
      assert.deepEqual(below('one/'), below('two/'));
      assert.deepEqual(below('three/'), below('two/'));
    }),
    { numRuns: 20 },
  );
});
