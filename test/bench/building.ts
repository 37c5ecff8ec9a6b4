import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { targetNames } from '@weir/language';
import { svc } from './forms/svc.ts';
import { typespec } from './forms/typespec.ts';
import { writeSources } from './forms/write.ts';
import { type Command, type Cost, measured } from './measured.ts';
import { layPublished } from './published.ts';
import { emitters, installRivals } from './rivals.ts';
import { median, row } from './table.ts';
import { answersToChanges, type Watching } from './watching.ts';

const services = 1000;
const rounds = 5;
/** So often a file is changed while it is watched; the first times are the slowest. */
const changes = 6;
/**
 * For so many milliseconds after files were removed, ext4 without a journal skips their inodes one by one whenever it
 * makes a file: `RECENTCY_MIN` and `RECENTCY_DIRTY` in fs/ext4/ialloc.c.
 */
const skipped = 360_000;

/** The picture is no output of a usual build, and takes as long as all others. */
const emit = targetNames.filter((name) => name !== 'topology');

/**
 * How long a build of all outputs takes, as a whole process of what is published: from nothing, and again after a change
 * of one file, beside TypeSpec's OpenAPI and protobuf of the same system, and its OpenAPI alone; then of both, from a change
 * of a file to its outputs while they watch. Weir writes seven outputs: of its eight besides the picture, AsyncAPI has nothing
 * to tell here. Each round has a folder of its own, made before the first: nothing is removed before it is measured, as with a user.
 */
export async function benchBuilding(work: string): Promise<void> {
  const rivals = installRivals(join(work, 'emitters'), emitters);
  // Below its packages, so that TypeSpec finds its emitters.
  const root = join(work, 'emitters', `build-${services}`);
  await forgetEarlier(root);
  const bin = layPublished(join(root, 'published'));
  const folders = Array.from({ length: rounds }, (_, round) => join(root, `round${round}`));
  for (const folder of folders) {
    writeSources(svc(services), join(folder, 'svc'));
    writeSources(typespec(services), join(folder, 'typespec'));
    writeFileSync(join(folder, 'svc/weir.json'), JSON.stringify({ emit }));
  }
  const costs = {
    cold: [] as Cost[],
    changed: [] as Cost[],
    unchanged: [] as Cost[],
    both: [] as Cost[],
    openapi: [] as Cost[],
  };
  for (const folder of folders) {
    const weir = weirBuild(bin, folder);
    costs.cold.push(await measured(weir));
    change(join(folder, 'svc/part0.svc'));
    costs.changed.push(await measured(weir));
    costs.unchanged.push(await measured(weir));
    costs.both.push(await measured(tspCompile(folder, rivals, ['openapi3', 'protobuf'])));
    costs.openapi.push(await measured(tspCompile(folder, rivals, ['openapi3'])));
  }
  const watching = await whileWatching(bin, rivals, folders[0] ?? '');
  empty(root);
  console.log(
    `\nBuilding ${services} services with the published packages, whole process, median of ${rounds} interleaved runs`,
  );
  row('', 'seconds', 'of tsp', 'CPU seconds', 'peak MB');
  print('weir build, all outputs, cold', costs.cold, costs.both);
  print('weir build, one file changed', costs.changed, costs.both);
  print('weir build, nothing changed', costs.unchanged, costs.both);
  print('tsp compile, OpenAPI and protobuf', costs.both, costs.both);
  print('tsp compile, OpenAPI alone', costs.openapi, costs.both);
  console.log(
    `\nFrom a change of one file to its outputs, while it is watched: the slowest and the median of ${changes}`,
  );
  row('', 'slowest s', 'median s', 'of tsp');
  const rival = median(watching.tsp);
  for (const [name, seconds] of [
    ['weir build --watch', watching.weir],
    ['tsp compile --watch', watching.tsp],
  ] as const) {
    const middle = median(seconds);
    row(name, Math.max(...seconds).toFixed(2), middle.toFixed(2), `×${(middle / rival).toFixed(2)}`);
  }
}

/** Both have built the folder before. */
async function whileWatching(bin: string, rivals: string, folder: string) {
  const lengthIn = (file: string, pattern: RegExp) => (n: number) => {
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), text.replace(pattern, `$1${81 + n}`));
  };
  const weir: Watching = { ...weirBuild(bin, folder, '--watch'), ready: /Waiting for a change/ };
  const tsp: Watching = {
    ...tspCompile(folder, rivals, ['openapi3', 'protobuf'], '--watch'),
    ready: /Compilation completed/,
  };
  return {
    weir: await answersToChanges(weir, changes, lengthIn('svc/part0.svc', /(where length 1\.\.)\d+/)),
    tsp: await answersToChanges(tsp, changes, lengthIn('typespec/part0.tsp', /(@maxLength\()\d+/)),
  };
}

/** Removes what a run left that was broken off, and waits until no removal slows this one: a folder tells its last. */
async function forgetEarlier(root: string): Promise<void> {
  if (!existsSync(root)) return;
  empty(root);
  const left = Math.ceil(statSync(root).mtimeMs + skipped - Date.now());
  if (left <= 0) return;
  console.log(`Waiting ${Math.ceil(left / 1000)} s: files were removed a moment ago, which makes new ones slow …`);
  await rest(left);
}

function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}

/** @param bin the program `weir` */
function weirBuild(bin: string, folder: string, ...flags: readonly string[]): Command {
  return {
    args: [bin, 'build', join(folder, 'svc'), ...flags],
    cwd: folder,
    env: { WEIR_CACHE_DIR: join(folder, 'cache') },
  };
}

/** @param rivals their `node_modules` */
function tspCompile(folder: string, rivals: string, outputs: readonly string[], ...flags: readonly string[]): Command {
  const chosen = outputs.flatMap((name) => ['--emit', `@typespec/${name}`]);
  const to = join(folder, `tsp-${outputs.join('-')}`);
  return {
    args: [join(rivals, '@typespec/compiler/cmd/tsp.js'), 'compile', '.', ...chosen, '--output-dir', to, ...flags],
    cwd: join(folder, 'typespec'),
  };
}

/** Another field in one message. */
function change(file: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^(message \w+ \{\n)/m, '$1  extra: string? = 100\n'));
}

function print(name: string, costs: readonly Cost[], rival: readonly Cost[]): void {
  const of = (figure: (cost: Cost) => number | undefined, digits = 2) =>
    median(costs.map((cost) => figure(cost) ?? Number.NaN)).toFixed(digits);
  const ratio = median(costs.map(({ wall }, i) => wall / rival[i]!.wall));
  row(
    name,
    of(({ wall }) => wall),
    `×${ratio.toFixed(2)}`,
    of(({ cpu }) => cpu),
    of(({ memory }) => memory, 0),
  );
}
