import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { build, failing, owned, texts } from './build-fixture.ts';
import { Interrupted, ProjectError } from './fault.ts';
import { disk, type FileSystem } from './file-system.ts';
import { scratch } from './scratch-fixture.ts';

const old = { 'generated/a.txt': owned('a'), 'generated/b.txt': owned('b'), 'generated/gone/c.txt': owned('c') };
const next = { 'generated/a.txt': owned('a2'), 'generated/b.txt': owned('b2'), 'generated/new/d.txt': owned('d') };

test('whichever step fails, with whatever the system says, everything is as it was before', async (t) => {
  const writing = ['writeFile', 'rename', 'unlink', 'mkdir', 'chmod'] as const;
  for (const code of ['ENOSPC', 'EACCES', 'EROFS']) {
    for (let failAt = 0, failed = true; failed; failAt++) {
      const folder = await scratch(t);
      await build(folder, old);
      const before = await folder.read();
      let calls = 0;
      failed = false;
      const fs: FileSystem = { ...disk };
      for (const name of writing) {
        const real = disk[name] as (...args: unknown[]) => Promise<never>;
        Object.assign(fs, {
          [name]: (...args: unknown[]) => {
            // The lock's own file comes and goes unharmed: a full disk shows when texts are written.
            if (failed || String(args[0]).endsWith('lock') || calls++ !== failAt) return real(...args);
            failed = true;
            return Promise.reject(failing(code));
          },
        });
      }
      const result = await build(folder, next, { fs }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!failed) {
        assert.equal(result, undefined);
        assert.deepEqual(await texts(folder), {
          'generated/a.txt': 'a2',
          'generated/b.txt': 'b2',
          'generated/new/d.txt': 'd',
        });
        break;
      }
      assert.ok(result instanceof ProjectError, `step ${failAt} ${code}: ${result}`);
      assert.match(result.message, new RegExp(code));
      assert.deepEqual(await folder.read(), before, `step ${failAt} ${code}`);
      await assert.rejects(disk.stat(folder.path('.weir')), /ENOENT/);
    }
  }
});

test('a disk that is full gives a message that says so', async (t) => {
  const folder = await scratch(t);
  const fs: FileSystem = {
    ...disk,
    writeFile: (path, ...rest) =>
      path.includes('new-') ? Promise.reject(failing('ENOSPC')) : disk.writeFile(path, ...rest),
  };
  await assert.rejects(build(folder, old, { fs }), (error: unknown) => {
    assert.ok(error instanceof ProjectError);
    assert.deepEqual(error.faults, [
      {
        file: 'generated/a.txt',
        message: 'cannot write it: the disk is full (ENOSPC)',
        hint: 'Free some space and run it again.',
      },
    ]);
    return true;
  });
  assert.deepEqual(await folder.read(), {});
});

test('Ctrl-C at any moment leaves everything as it was', async (t) => {
  for (let stopAt = 1; stopAt <= 10; stopAt++) {
    const folder = await scratch(t);
    await build(folder, old);
    const before = await folder.read();
    const controller = new AbortController();
    const run = build(folder, next, {
      signal: controller.signal,
      onProgress: (done, total) => {
        assert.equal(total, 10);
        if (done === stopAt) controller.abort();
      },
    });
    await assert.rejects(run, Interrupted);
    assert.deepEqual(await folder.read(), before, `stopped at ${stopAt}`);
  }
});

/** A build that dies: from some call on, nothing reaches the disk any more, as after `kill -9`. */
function dying(after: number): FileSystem {
  let calls = 0;
  const fs: FileSystem = { ...disk };
  for (const name of ['writeFile', 'rename', 'unlink', 'mkdir', 'chmod', 'rmdir', 'removeTree'] as const) {
    const real = disk[name] as (...args: unknown[]) => Promise<never>;
    Object.assign(fs, {
      [name]: (...args: unknown[]) =>
        calls++ < after ? real(...args) : Promise.reject(new Error('the process is gone')),
    });
  }
  return fs;
}

test('after a build was killed at any moment, the next one puts things back and builds', async (t) => {
  for (let after = 1; after < 40; after++) {
    const folder = await scratch(t);
    await build(folder, old);
    const died = await build(folder, next, { fs: dying(after) }).then(
      () => false,
      () => true,
    );
    // The lock of a process that is gone: one of another life, as this process is still here.
    const lock = folder.path('.weir/lock');
    if (
      died &&
      (await disk.stat(lock).then(
        () => true,
        () => false,
      ))
    ) {
      await disk.writeFile(lock, JSON.stringify({ id: 'dead', pid: 2 ** 30, host: hostname() }));
    }
    const files = { 'generated/a.txt': owned('a3') };
    assert.deepEqual((await build(folder, files)).conflicts, [], `died after ${after}`);
    assert.deepEqual(await texts(folder), { 'generated/a.txt': 'a3' }, `died after ${after}`);
    await assert.rejects(disk.stat(folder.path('.weir')), /ENOENT/);
  }
});

test('a plan says that an earlier build was killed while it wrote', async (t) => {
  const folder = await scratch(t, { '.weir/staging-1/journal.json': '{"steps":[],"folders":[]}' });
  await assert.rejects(build(folder, old, { mode: 'plan' }), /an earlier build was killed while it wrote/);
});

test('what a person writes while a build is under way is not overwritten', async (t) => {
  const folder = await scratch(t);
  await build(folder, old);
  const run = build(folder, next, {
    onProgress: (done, total) => {
      if (done === total / 2) void disk.writeFile(folder.path('generated/b.txt'), 'by hand');
    },
    fs: {
      ...disk,
      rename: async (from, to) => {
        if (to.endsWith('a.txt')) await disk.writeFile(folder.path('generated/b.txt'), 'by hand');
        await disk.rename(from, to);
      },
    },
  });
  await assert.rejects(run, /generated\/b\.txt: it was changed while it was about to be written/);
  const { 'generated/a.txt': a, 'generated/b.txt': b } = await folder.read();
  assert.deepEqual({ a, b }, { a: 'a', b: 'by hand' });
});

test('builds at once take turns', async (t) => {
  const folder = await scratch(t);
  const runs = [1, 2, 3, 4].map((n) => {
    const files = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`generated/${i}.txt`, owned(`${n}`)]));
    return build(folder, files);
  });
  const plans = await Promise.all(runs);
  assert.deepEqual(
    plans.flatMap((plan) => plan.conflicts),
    [],
  );
  const values = new Set(Object.values(await texts(folder)));
  assert.equal(values.size, 1, 'all files are of one build');
});

test('a folder on another file system is written by copies', async (t) => {
  const folder = await scratch(t);
  await build(folder, old);
  const fs: FileSystem = {
    ...disk,
    rename: (from, to) =>
      from.includes('/.weir/') && !to.includes('/.weir/') ? Promise.reject(failing('EXDEV')) : disk.rename(from, to),
  };
  await build(folder, next, { fs });
  assert.deepEqual(await texts(folder), {
    'generated/a.txt': 'a2',
    'generated/b.txt': 'b2',
    'generated/new/d.txt': 'd',
  });
});
