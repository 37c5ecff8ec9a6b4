import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { targetNames } from '@weir/language';
import { svc } from './forms/svc.ts';
import { typespec } from './forms/typespec.ts';
import { writeSources } from './forms/write.ts';
import { type Command, type Cost, measured } from './measured.ts';
import { emitters, installRivals } from './rivals.ts';
import { median, row } from './table.ts';

const services = 1000;
const rounds = 5;

/** The picture is no output of a usual build, and takes as long as all others. */
const emit = targetNames.filter((name) => name !== 'topology');

/**
 * How long a build of all outputs takes, as a whole process: from nothing, and again after a change of one file, beside
 * TypeSpec's OpenAPI of the same system, which is one output of nine.
 */
export async function benchBuilding(work: string): Promise<void> {
  const rivals = installRivals(join(work, 'emitters'), emitters);
  // Below its packages, so that TypeSpec finds its emitter.
  const folder = (name: string) => join(work, 'emitters', `build-${services}`, name);
  rmSync(folder(''), { recursive: true, force: true });
  writeSources(svc(services), folder('svc'));
  writeSources(typespec(services), folder('typespec'));
  writeFileSync(join(folder('svc'), 'weir.json'), JSON.stringify({ emit }));
  const weir: Command = {
    args: [fileURLToPath(new URL('../../language/bin/weir.js', import.meta.url)), 'build', folder('svc')],
    cwd: work,
    env: { WEIR_CACHE_DIR: folder('cache') },
  };
  const output = ['--emit', '@typespec/openapi3', '--output-dir', folder('tsp-output')];
  const tsp: Command = {
    args: [join(rivals, '@typespec/compiler/cmd/tsp.js'), 'compile', '.', ...output],
    cwd: folder('typespec'),
  };
  const costs = { cold: [] as Cost[], changed: [] as Cost[], unchanged: [] as Cost[], tsp: [] as Cost[] };
  for (let round = 0; round < rounds; round++) {
    for (const made of ['svc/generated', 'svc/services', 'cache', 'tsp-output']) {
      rmSync(folder(made), { recursive: true, force: true });
    }
    costs.cold.push(await measured(weir));
    change(join(folder('svc'), 'part0.svc'), round);
    costs.changed.push(await measured(weir));
    costs.unchanged.push(await measured(weir));
    costs.tsp.push(await measured(tsp));
  }
  console.log(`\nBuilding ${services} services, whole process, median of ${rounds} interleaved runs`);
  row('', 'seconds', 'of tsp', 'CPU seconds', 'peak MB');
  print('weir build, all outputs, cold', costs.cold, costs.tsp);
  print('weir build, one file changed', costs.changed, costs.tsp);
  print('weir build, nothing changed', costs.unchanged, costs.tsp);
  print('tsp compile, OpenAPI alone', costs.tsp, costs.tsp);
}

/** Another field in one message. */
function change(file: string, round: number): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/^(message \w+ \{\n)/m, `$1  extra${round}: string? = ${100 + round}\n`));
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
