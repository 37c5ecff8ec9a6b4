import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { likec4 } from './forms/likec4.ts';
import { proto } from './forms/proto.ts';
import { svc } from './forms/svc.ts';
import { typespec } from './forms/typespec.ts';
import { writeSources } from './forms/write.ts';
import { type Command, type Cost, measured } from './measured.ts';
import { describers, installRivals } from './rivals.ts';
import { median, row } from './table.ts';

const sizes = [
  { services: 1000, rounds: 5 },
  { services: 10_000, rounds: 3 },
];

interface Tool {
  readonly name: string;
  readonly command: Command;
  /** What has to be so before each run. */
  readonly before?: () => void;
}

/** How long a check of the same system takes, as a whole process: Weir with all its rules, and three rivals from npm. */
export async function benchChecking(work: string): Promise<void> {
  const rivals = installRivals(work, describers);
  const each: number[] = [];
  for (const { services, rounds } of sizes) {
    const tools = toolsFor(services, work, rivals);
    const costs = await costsOf(tools, rounds);
    console.log(`\nChecking ${services} services, whole process, median of ${rounds} interleaved runs`);
    printCosts(tools, costs);
    // CPU where it is known: it takes no notice of what else the machine does.
    each.push((1000 * median((costs[0] as Cost[]).map(({ cpu, wall }) => cpu ?? wall))) / services);
  }
  const [small = 0, large = 0] = each;
  const growth = `${small.toFixed(2)} ms a service, then ${large.toFixed(2)}: ×${(large / small).toFixed(2)}`;
  console.log(`\nweir check, cold: ${growth}`);
}

/** What each run of each tool took, round by round. A round before them shows that every tool accepts its form. */
async function costsOf(tools: readonly Tool[], rounds: number): Promise<Cost[][]> {
  for (const { command } of tools) await measured(command);
  const costs = tools.map((): Cost[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, { command, before }] of tools.entries()) {
      before?.();
      costs[i]?.push(await measured(command));
    }
  }
  return costs;
}

function printCosts(tools: readonly Tool[], costs: readonly Cost[][]): void {
  const wall: Figure = (cost) => cost.wall;
  const cpu: Figure = (cost) => cost.cpu;
  const memory: Figure = (cost) => cost.memory;
  const buf = costs[bufAt] as Cost[];
  row('', 'seconds', 'of buf', 'CPU seconds', 'of buf', 'peak MB');
  tools.forEach(({ name }, i) => {
    const own = costs[i] as Cost[];
    row(name, of(own, wall), ratio(own, buf, wall), of(own, cpu), ratio(own, buf, cpu), of(own, memory, 0));
  });
}

const bufAt = 2;

/** Writes a system in every form, and says how each tool checks its own. */
function toolsFor(services: number, work: string, rivals: string): Tool[] {
  const folder = (form: string) => join(work, `system-${services}`, form);
  rmSync(folder(''), { recursive: true, force: true });
  for (const form of [svc, typespec, proto, likec4]) writeSources(form(services), folder(form.name));
  const cache = folder('cache');
  const weir: Command = {
    args: [fileURLToPath(new URL('../../language/bin/weir.js', import.meta.url)), 'check', folder('svc')],
    cwd: work,
    env: { WEIR_CACHE_DIR: cache },
  };
  const buf = join(dirname(createRequire(import.meta.url).resolve('@bufbuild/buf/package.json')), 'bin/buf');
  const tsp = join(rivals, '@typespec/compiler/cmd/tsp.js');
  const c4 = join(rivals, 'likec4/bin/likec4.mjs');
  return [
    { name: 'weir check, cold', command: weir, before: () => rmSync(cache, { recursive: true, force: true }) },
    { name: 'weir check, nothing changed', command: weir },
    { name: 'buf build', command: { args: [buf, 'build', '-o', '/dev/null'], cwd: folder('proto') } },
    { name: 'tsp compile --no-emit', command: { args: [tsp, 'compile', '.', '--no-emit'], cwd: folder('typespec') } },
    { name: 'likec4 validate', command: { args: [c4, 'validate', '.'], cwd: folder('likec4') } },
  ];
}

type Figure = (cost: Cost) => number | undefined;

/** The median of a figure, or a dash where the machine does not tell it. */
function of(costs: readonly Cost[], figure: Figure, digits = 2): string {
  return medianOf(costs.map(figure))?.toFixed(digits) ?? '–';
}

/** The median of the ratios within each round: what else the machine does meets both. */
function ratio(costs: readonly Cost[], others: readonly Cost[], figure: Figure): string {
  const ratios = costs.map((cost, i) => {
    const [a, b] = [figure(cost), figure(others[i] as Cost)];
    return a === undefined || b === undefined ? undefined : a / b;
  });
  const middle = medianOf(ratios);
  return middle === undefined ? '–' : `×${middle.toFixed(2)}`;
}

function medianOf(figures: readonly (number | undefined)[]): number | undefined {
  const known = figures.filter((figure) => figure !== undefined);
  return known.length === figures.length ? median(known) : undefined;
}
