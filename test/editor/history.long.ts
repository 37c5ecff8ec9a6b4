import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { DidChangeWatchedFilesNotification, FileChangeType } from 'vscode-languageserver-protocol/node';
import { answers } from '../../language/src/editor/answers-fixture.ts';
import { Editor } from '../../language/src/editor/client-fixture.ts';
import { scratch } from '../../language/src/project/scratch-fixture.ts';
import { repository } from '../repository.ts';

const folder = join(repository, 'examples/shop/svc');
const paths = readdirSync(folder);
const textOf = (path: string): string => readFileSync(join(folder, path), 'utf8');

/** What becomes of a text. */
const edits: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `// One more line.\n${text}`,
  (text) => text.replaceAll('Money', 'Coin'),
  (text) => text.replace('}', ''),
  (text) => text.replace(/rpc (\w+)/, 'rpc Another'),
  (text) => text.replace(/package (\S+)/, 'package other.$1'),
  (text) => text.slice(0, text.length / 2),
  () => '',
];

const step = fc.record({
  does: fc.constantFrom('type', 'type', 'close', 'write', 'remove'),
  path: fc.constantFrom(...paths),
  edit: fc.constantFrom(...edits),
  /** Milliseconds; most often the next thing happens in the middle of what this one has begun. */
  rest: fc.constantFrom(0, 0, 5, 50),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** All that an editor knows of a project after so much has happened, and what another does that comes to it then. */
async function compare(t: TestContext, steps: readonly Step[]): Promise<void> {
  const all = Object.fromEntries(paths.map((path) => [path, textOf(path)]));
  const project = await scratch(t, { ...all, 'weir.json': '{}' });
  const editor = await Editor.start(t, project.root, { watching: true });
  const open = new Map<string, string>();
  const type = async (path: string, text: string): Promise<void> => {
    await (open.has(path) ? editor.change(path, text) : editor.open(path, text));
    open.set(path, text);
  };
  const tell = (path: string, type: FileChangeType): Promise<void> =>
    editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: editor.uri(path), type }],
    });
  // A project is there as long as something of it has been opened.
  await type('shop.svc', textOf('shop.svc'));
  for (const { does, path, edit, rest } of steps) {
    const text = edit(textOf(path));
    if (does === 'type') await type(path, text);
    else if (does === 'close' && path !== 'shop.svc' && open.delete(path)) await editor.close(path);
    else if (does === 'write') {
      await writeFile(project.path(path), text);
      await tell(path, FileChangeType.Changed);
    } else if (does === 'remove') {
      await rm(project.path(path), { force: true });
      await tell(path, FileChangeType.Deleted);
    }
    await setTimeout(rest);
  }
  const fresh = await Editor.start(t, project.root);
  for (const [path, text] of open) await fresh.open(path, text);
  for (const [path, text] of open) {
    // What is asked in one file does not wait for what is built of another.
    for (let attempt = 0; ; attempt++) {
      const [known, expected] = [await knownOf(editor, path, text), await knownOf(fresh, path, text)];
      if (!isDeepStrictEqual(known, expected) && attempt < 20) await setTimeout(200);
      else {
        assert.deepEqual(known, expected);
        break;
      }
    }
  }
  for (const one of [editor, fresh]) one.server.kill();
}

/** Of many names completion fills in the first, which is that of the file that came first. */
async function knownOf(editor: Editor, path: string, text: string): Promise<object> {
  const found = [...(await answers(editor, path, text, 9))].filter(([what]) => !what.startsWith('completion'));
  return { ...Object.fromEntries(found), diagnostics: editor.diagnostics(path).map(({ message }) => message) };
}

test('whatever was opened, typed, closed, written and removed, a server knows what one knows that comes to it then', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) => compare(t, steps)),
    { numRuns: 25, endOnFailure: true },
  );
});
