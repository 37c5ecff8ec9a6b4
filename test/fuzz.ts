import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { callGraph } from '../language/src/model/call-graph.ts';
import { check } from '../language/src/rules/index.ts';
import { readModel } from '../language/src/syntax/read.ts';
import { mutate, seeded } from './mutate.ts';

const example = readFileSync(new URL('../language/src/grammar/example.svc', import.meta.url), 'utf8');
const shop = readFileSync(new URL('../examples/shop/svc/ordering.svc', import.meta.url), 'utf8');

/** Checks mutated sources, one for each seed: none may throw, and each finding must lie inside its file. */
export async function fuzz(seeds: Iterable<number>): Promise<number> {
  let checked = 0;
  for (const seed of seeds) {
    const random = seeded(seed);
    const sources = [
      { path: 'a.svc', text: mutate(example, random) },
      { path: 'b.svc', text: mutate(shop, random) },
    ];
    try {
      const model = await readModel(sources);
      callGraph(model);
      for (const { at, message } of check(model)) {
        assert.ok(message !== '', 'a finding says what is wrong');
        const lines = sources.find(({ path }) => path === at.file)?.text.split(/\r\n|\r|\n/);
        assert.ok(lines && at.start.line >= 1 && at.start.line <= lines.length, `line ${at.start.line} of ${at.file}`);
      }
    } catch (error) {
      throw new Error(`seed ${seed}: replay with \`fuzz([${seed}])\``, { cause: error });
    }
    checked++;
  }
  return checked;
}

export function* range(from: number, to: number): Generator<number> {
  for (let seed = from; seed < to; seed++) yield seed;
}
