import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { EmitError } from '../emit/emit-error.ts';
import type { Emitter, Output, Outputs } from '../emit/emitter.ts';
import { goldenSources, options } from '../emit/golden-fixture.ts';
import { sourcesOf, variants } from '../emit/kubernetes/chosen-fixture.ts';
import { targets } from '../emit/targets.ts';
import type { Model } from '../model/model.ts';
import { check } from '../rules/index.ts';
import { readModel, type SourceText } from '../syntax/read.ts';
import type { Known } from './plan.ts';
import { type KeptServices, recall } from './recall.ts';

const shopFolder = join(import.meta.dirname, '../../../examples/shop/svc');
const shop = readdirSync(shopFolder).map((path) => ({ path, text: readFileSync(join(shopFolder, path), 'utf8') }));

const emitters: readonly Emitter[] = await Promise.all(
  Object.entries(targets).flatMap(([name, load]) => (name === 'topology' ? [] : [load()])),
);

/** A file for each declaration: then an edit changes the surroundings of as few services as it can. */
const apart = (sources: readonly SourceText[]): SourceText[] =>
  sources.flatMap(({ path, text }) => {
    const [head = '', ...declarations] = text.split(/\n\n(?=(?:\/\/\/|@|[a-z]+ [A-Za-z]))/);
    const imports = declarations.filter((declaration) => declaration.startsWith('import '));
    const others = declarations.filter((declaration) => !declaration.startsWith('import '));
    return others.map((one, i) => ({ path: `${i}-${path}`, text: [head, ...imports, one].join('\n\n') }));
  });

/** What a build has left. */
interface Built {
  readonly outputs: Outputs;
  readonly services: KeptServices;
}

const nothing: Built = { outputs: new Map(), services: {} };

function emitAll(model: Model, remembered: Parameters<Emitter['emit']>[1]['remembered']): Map<string, Output> {
  const given = remembered ? { ...options, remembered } : options;
  return new Map(emitters.flatMap(({ emit }) => [...emit(model, given)]));
}

/** Builds as one who remembers does; what was kept counts as an output. */
async function rebuild(model: Model, sources: readonly SourceText[], last: Built): Promise<Built & { kept: number }> {
  const files = new Map<string, Known>(
    [...last.outputs].map(([path, { mode, of }]) => [path, { mode, ...(of && { of }) }]),
  );
  files.set('manifest', { mode: 'owned' });
  const standing = async (paths: readonly string[]) => new Map(paths.map((path) => [path, files.get(path) as Known]));
  const found = await recall(model, 'settings', sources, {
    files,
    services: last.services,
    manifest: 'manifest',
    standing,
  });
  const outputs = emitAll(model, found.remembered);
  for (const [path, output] of outputs) {
    const before = found.sameButMessages && output.withoutMessages ? last.outputs.get(path) : undefined;
    // Printed now: what is asked for on the way is kept as well.
    outputs.set(path, { ...output, text: (before ?? output).text } as Output);
  }
  for (const path of found.kept.keys()) {
    assert.ok(!outputs.has(path), `${path} was made although nothing has changed`);
    outputs.set(path, last.outputs.get(path) as Output);
  }
  return { outputs, services: JSON.parse(JSON.stringify(found.services())) as KeptServices, kept: found.kept.size };
}

const told = (outputs: Outputs) =>
  [...outputs]
    .map(([path, { text, mode, sources, of }]) => ({ path, text, mode, sources, of }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));

/** An edit as people make them: a number, a word, a line. */
function edited(sources: readonly SourceText[], [file, kind, place, other]: readonly number[]): SourceText[] {
  const at = (file ?? 0) % sources.length;
  const pick = <T>(all: readonly T[], n = 0): T | undefined => all[n % Math.max(all.length, 1)];
  const edit = (text: string): string => {
    const lines = text.split('\n');
    const line = (place ?? 0) % lines.length;
    const words = [...text.matchAll(/[\w.-]+/g)];
    const word = pick(words, place);
    const another = pick(
      sources.flatMap(({ text }) => text.match(/[\w.-]+/g) ?? []),
      other,
    );
    switch ((kind ?? 0) % 6) {
      case 0:
        return lines.toSpliced(line, 1).join('\n');
      case 1:
        return lines.toSpliced(line, 0, '').join('\n');
      case 2:
        return lines.toSpliced(line, 0, lines[(other ?? 0) % lines.length] ?? '').join('\n');
      case 3:
        return word && another ? text.slice(0, word.index) + another + text.slice(word.index + word[0].length) : text;
      default: {
        const number = pick([...text.matchAll(/\d+/g)], place);
        return number
          ? `${text.slice(0, number.index)}${Number(number[0]) + 1}${text.slice(number.index + number[0].length)}`
          : text;
      }
    }
  };
  return sources.map((source, i) => (i === at ? { ...source, text: edit(source.text) } : source));
}

/** The model of sources that can be built; undefined of others. */
async function buildable(sources: readonly SourceText[]): Promise<Model | undefined> {
  const model = await readModel(sources);
  if (check(model).some(({ severity }) => severity === 'error')) return undefined;
  try {
    emitAll(model, undefined);
    return model;
  } catch (error) {
    if (error instanceof EmitError) return undefined;
    throw error;
  }
}

const systems = [shop, goldenSources(), ...variants.map(sourcesOf)].map(apart);

test('law: after any edit, what is made anew and what is kept are what a build from nothing makes', async () => {
  let kept = 0;
  let edits = 0;
  const numbers = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat());
  await fc.assert(
    fc.asyncProperty(
      fc.nat(systems.length - 1),
      fc.array(numbers, { minLength: 2, maxLength: 8 }),
      async (start, all) => {
        let sources: readonly SourceText[] = systems[start] ?? [];
        let last: Built = await rebuild((await buildable(sources)) ?? assert.fail(), sources, nothing);
        for (const numbers of all) {
          const next = edited(sources, numbers);
          const model = await buildable(next);
          if (!model) continue;
          const now = await rebuild(model, next, last);
          assert.deepEqual(told(now.outputs), told(emitAll(model, undefined)));
          kept += now.kept;
          edits += 1;
          [sources, last] = [next, now];
        }
      },
    ),
    { numRuns: Number(process.env.WEIR_RUNS ?? 12) },
  );
  assert.ok(edits > 10 && kept / edits > 10, `${edits} edits kept ${kept} files`);
});
