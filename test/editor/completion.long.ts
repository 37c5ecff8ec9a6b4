import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type CompletionItem, CompletionRequest } from 'vscode-languageserver-protocol/node';
import { Editor } from '../../language/src/editor/client-fixture.ts';
import { errors, example, surroundings } from '../../language/src/editor/example-fixture.ts';
import { scratch } from '../../language/src/project/scratch-fixture.ts';
import { mutate, seeded } from '../mutate.ts';
import { edited, positionAt } from './positions.ts';

type Complete = (text: string, offset: number) => Promise<readonly CompletionItem[]>;

async function opened(t: TestContext): Promise<{ editor: Editor; complete: Complete }> {
  const { root } = await scratch(t, { ...surroundings, 'orders.svc': example });
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', example);
  const textDocument = { uri: editor.uri('orders.svc') };
  const complete: Complete = async (text, offset) => {
    const position = positionAt(text, offset);
    const list = await editor.connection.sendRequest(CompletionRequest.type, { textDocument, position });
    return Array.isArray(list) ? list : (list?.items ?? []);
  };
  return { editor, complete };
}

function applied(text: string, { textEdit, additionalTextEdits = [] }: CompletionItem): string {
  assert.ok(textEdit && 'range' in textEdit);
  return edited(text, [textEdit, ...additionalTextEdits]);
}

test('no item brings an error, wherever in the example it is asked for', async (t) => {
  const { complete } = await opened(t);
  const seen = new Set<string>();
  for (let offset = 0; offset <= example.length; offset++) {
    for (const item of await complete(example, offset)) {
      const text = applied(example, item);
      // At many offsets of a word an item comes to the same.
      if (seen.has(text)) continue;
      seen.add(text);
      assert.deepEqual(await errors(text), [], `${item.label} at ${offset}`);
    }
  }
  t.diagnostic(`${seen.size} texts`);
});

test('in broken texts too an item leaves no more errors than there are, but for one in twenty', async (t) => {
  const { editor, complete } = await opened(t);
  let items = 0;
  let worse = 0;
  for (let seed = 0; seed < 120; seed++) {
    const random = seeded(seed);
    const text = mutate(example, random).replaceAll('\0', '').replaceAll('\uFEFF', '').replaceAll('\r', '');
    const before = (await errors(text)).length;
    await editor.change('orders.svc', text);
    for (let place = 0; place < 12; place++) {
      const offered = await complete(text, Math.floor(random() * text.length));
      for (let i = 0; i < Math.min(3, offered.length); i++) {
        const item = offered[Math.floor(random() * offered.length)] ?? assert.fail();
        items++;
        if ((await errors(applied(text, item))).length > before) worse++;
      }
    }
  }
  assert.ok(items > 500, String(items));
  assert.ok(worse <= items / 20, `${worse} of ${items}`);
  t.diagnostic(`${worse} of ${items}`);
});
