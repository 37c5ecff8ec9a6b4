import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Ran, run, succeed } from '../../test/child.ts';
import { weir } from '../../test/repository.ts';

const folder = import.meta.dirname;
const readme = join(folder, 'README.md');
let page = readFileSync(readme, 'utf8');

/** The rules that find each outage, and the only ones that find anything. */
const outages: Readonly<Record<string, readonly string[]>> = {
  'retry-storm': ['retry-amplification'],
  'deadline-inversion': ['deadline-inversion'],
  'readiness-deadlock': ['readiness-cycle'],
  'capacity-cliff': ['capacity-shortfall'],
  'poison-message': ['no-dead-letter', 'redelivery-unsafe'],
  'shared-database': ['shared-database'],
};

const runWeir = (...args: string[]): Promise<Ran> =>
  run(process.execPath, [weir, ...args], { cwd: folder, env: { NO_COLOR: '1' } });

for (const [outage, rules] of Object.entries(outages)) {
  test(`${outage}: Weir finds the outage, and nothing else`, async () => {
    const { out, err } = await runWeir('check', '--no-cache', `${outage}/broken`, '--format', 'json');
    const { diagnostics } = JSON.parse(out) as { diagnostics: readonly { rule: string }[] };
    assert.deepEqual([[...new Set(diagnostics.map(({ rule }) => rule))].sort(), err], [rules, '']);
  });

  test(`${outage}: nothing is found once it is mended`, async () => {
    const { code, out, err } = await runWeir('check', '--no-cache', `${outage}/mended`, '--fail-on', 'hint');
    assert.deepEqual([code, out, err], [0, 'Nothing found.\n', '']);
  });

  test(`${outage}: the page shows what Weir says of it, and what mends it`, async () => {
    assertBlock(`text weir check ${outage}/broken`, (await runWeir('check', '--no-cache', `${outage}/broken`)).out);
    assertBlock(`diff ${outage}`, await mendOf(outage));
  });
}

test('the page shows every outage, each with its rules, and diagrams that are right', async () => {
  for (const [outage, rules] of Object.entries(outages)) {
    const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(`(#${outage})`)) ?? '';
    assert.deepEqual(
      [...row.matchAll(/`([\w-]+)`/g)].map(([, rule]) => rule),
      rules,
    );
  }
  const diagrams = [...page.matchAll(/\]\(([\w-]+\/(?:broken|mended))\.svg\)/g)].map(([, system = '']) => system);
  assert.ok(diagrams.length >= Object.keys(outages).length);
  for (const system of diagrams) {
    const file = join(folder, `${system}.svg`);
    const drawn = await succeed(process.execPath, [weir, 'graph', system], { cwd: folder });
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, drawn);
    assert.equal(readFileSync(file, 'utf8'), drawn, `${system}.svg (run with UPDATE_GOLDEN=1 to accept)`);
  }
});

test('the front page shows what Weir says of the first of them', async () => {
  const front = readFileSync(join(folder, '../../README.md'), 'utf8');
  const { out } = await runWeir('check', '--no-cache', 'retry-storm/broken');
  assert.ok(front.includes(`\`\`\`text weir check retry-storm/broken\n${out}\`\`\`\n`), out);
});

/** Compares a fenced block of the page with what it should hold, or writes that. */
function assertBlock(info: string, expected: string): void {
  const [start, end] = [`\`\`\`${info}\n`, '```\n'];
  const from = page.indexOf(start) + start.length;
  assert.ok(from >= start.length, `the page has a block ${info}`);
  const to = page.indexOf(end, from);
  if (process.env.UPDATE_GOLDEN) {
    page = page.slice(0, from) + expected + page.slice(to);
    writeFileSync(readme, page);
  } else {
    assert.equal(page.slice(from, to), expected, `${info} (run with UPDATE_GOLDEN=1 to accept)`);
  }
}

/** What changes between the two versions of a system, as `diff` writes it, without its headers. */
async function mendOf(outage: string): Promise<string> {
  const options = ['--no-index', '--no-color', '--no-ext-diff', '--patience', '--unified=2'];
  const { out } = await run('git', ['diff', ...options, `${outage}/broken`, `${outage}/mended`], { cwd: folder });
  const [, ...hunks] = out.split(/^@@.*\n/m);
  return hunks.join(' …\n');
}
