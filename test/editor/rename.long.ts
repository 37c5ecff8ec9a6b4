import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PrepareRenameRequest, RenameRequest, type WorkspaceEdit } from 'vscode-languageserver-protocol/node';
import { Editor } from '../../language/src/editor/client-fixture.ts';
import { readModel } from '../../language/src/index.ts';
import { scratch } from '../../language/src/project/scratch-fixture.ts';
import { repository } from '../repository.ts';
import { edited, positionAt, textIn } from './positions.ts';

const folder = join(repository, 'examples/shop/svc');
const shop: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
);

test('whatever the shop names is renamed there and back, from wherever it is named, to the byte', async (t) => {
  const { root } = await scratch(t, { 'weir.json': '{}', ...shop });
  const editor = await Editor.start(t, root);
  for (const [path, text] of Object.entries(shop)) await editor.open(path, text);
  let texts = shop;
  const problems = async (): Promise<string[]> => {
    const sources = Object.entries(texts).map(([path, text]) => ({ path, text }));
    return (await readModel(sources)).problems.map(({ message }) => message);
  };
  const apply = async ({ changes = {} }: WorkspaceEdit): Promise<void> => {
    const next = { ...texts };
    for (const path of Object.keys(texts)) {
      const edits = changes[editor.uri(path)];
      if (!edits) continue;
      next[path] = edited(texts[path] ?? '', edits);
      await editor.change(path, next[path]);
    }
    texts = next;
  };
  const at = (path: string, offset: number) => ({
    textDocument: { uri: editor.uri(path) },
    position: positionAt(texts[path] ?? '', offset),
  });
  const seen = new Set<string>();
  for (const [path, text] of Object.entries(shop)) {
    for (const { index } of text.matchAll(/(?<![\w.-])[A-Za-z][\w-]*/g)) {
      const range = await editor.connection.sendRequest(PrepareRenameRequest.type, at(path, index));
      if (!range || !('start' in range)) continue;
      const old = textIn(text, range) ?? '';
      const there = await editor.connection
        .sendRequest(RenameRequest.type, { ...at(path, index), newName: 'quiteNew' })
        .catch(() => null);
      const key = JSON.stringify(there);
      if (!there || seen.has(key)) continue;
      seen.add(key);
      await apply(there);
      assert.deepEqual(await problems(), [], `${old} at ${index} of ${path}`);
      const [where = '', offset = 0] =
        Object.entries(texts)
          .map(([name, now]): [string, number] => [name, now.indexOf('quiteNew')])
          .find(([, found]) => found >= 0) ?? [];
      const back = await editor.connection.sendRequest(RenameRequest.type, { ...at(where, offset), newName: old });
      assert.ok(back, `no way back from ${old} at ${index} of ${path}`);
      await apply(back);
      assert.deepEqual(texts, shop, `${old} at ${index} of ${path}`);
    }
  }
  assert.ok(seen.size > 150, String(seen.size));
  t.diagnostic(`${seen.size} names`);
});
