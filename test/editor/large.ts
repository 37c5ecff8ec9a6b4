import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import {
  type CompletionItem,
  CompletionRequest,
  DocumentSymbolRequest,
  HoverRequest,
} from 'vscode-languageserver-protocol/node';
import { Editor } from '../../language/src/editor/client-fixture.ts';
import { scratch } from '../../language/src/project/scratch-fixture.ts';
import { bundledServer } from './bundled.ts';

/** How long each thing took, in milliseconds. */
export interface LargeFileTimes {
  readonly opened: number;
  readonly completed: number;
  readonly hovered: number;
  readonly edited: number;
}

/** A file of services and messages, ten lines each. */
export function largeText(lines: number): string {
  const blocks = Array.from(
    { length: lines / 10 },
    (_, i) => `message M${i} {
  id: uuid = 1
  next: M${Math.max(0, i - 1)}? = 2
}
service s${i} {
  grpc ${1024 + (i % 60_000)}
  rpc Get${i}(id: uuid = 1) -> M${i} {
    reads
  }
}
`,
  );
  return blocks.join('');
}

/** Opens one large file and works in its middle: everything is answered, from the text as it is. */
export async function workIn(t: TestContext, lines: number): Promise<LargeFileTimes> {
  const text = largeText(lines);
  const { root } = await scratch(t, { 'weir.json': '{ "rules": { "unused": "off" } }' });
  const editor = await Editor.start(t, root, { command: [await bundledServer()] });
  const laps: number[] = [];
  let begin = performance.now();
  const lap = (): void => {
    laps.push(performance.now() - begin);
    begin = performance.now();
  };
  await editor.open('large.svc', text);
  await editor.until('large.svc', () => true);
  lap();

  const middle = lines / 20;
  const field = `next: M${middle - 1}? = 2`;
  const edited = text.replace(field, `next: M${middle - 1}? = 2  more: Gone = `);
  void editor.change('large.svc', edited);
  const at = editor.at('large.svc', edited, 'more: Gone = |');
  const list = await editor.connection.sendRequest(CompletionRequest.type, at);
  const items = (Array.isArray(list) ? list : (list?.items ?? [])) as CompletionItem[];
  assert.deepEqual(
    items.map(({ label }) => label),
    ['3'],
  );
  lap();
  const onName = editor.at('large.svc', edited, `-> M|${middle} {`);
  const hover = await editor.connection.sendRequest(HoverRequest.type, onName);
  assert.match(JSON.stringify(hover), new RegExp(`message M${middle} `));
  lap();
  const whole = edited.replace('Gone = ', 'Lost = 3');
  await editor.change('large.svc', whole);
  const found = await editor.until('large.svc', (all) => all.some(({ message }) => /`Lost`/.test(String(message))));
  assert.equal(found.filter(({ code }) => code === 'unresolved-reference').length, 1);
  lap();
  const symbols = await editor.connection.sendRequest(DocumentSymbolRequest.type, {
    textDocument: { uri: editor.uri('large.svc') },
  });
  assert.equal(symbols?.length, lines / 5);
  assert.equal(editor.server.exitCode, null);
  const [opened = 0, completed = 0, hovered = 0, lastEdited = 0] = laps;
  return { opened, completed, hovered, edited: lastEdited };
}
