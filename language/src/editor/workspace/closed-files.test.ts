import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  DefinitionRequest,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  LocationLink,
  ReferencesRequest,
  RenameRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver-protocol/node';
import { scratch } from '../../project/scratch-fixture.ts';
import { answers } from '../answers-fixture.ts';
import { Editor } from '../client-fixture.ts';
import { served } from './served-fixture.ts';

const shop = fileURLToPath(new URL('../../../../examples/shop/', import.meta.url));
const texts = Object.fromEntries(
  readdirSync(`${shop}svc`).map((name) => [`svc/${name}`, readFileSync(`${shop}svc/${name}`, 'utf8')]),
);

for (const [what, edit] of [
  ['the shop', (text: string) => text],
  [
    'a shop with mistakes in each file',
    (text: string) => text.replace('}', '} }').replace(/: (\w+) = 2/, ': Nothing = 2'),
  ],
] as const) {
  test(`of ${what} all that is asked is answered as if the other files were open`, async (t) => {
    const written = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, edit(text)]));
    const settings = readFileSync(`${shop}weir.json`, 'utf8');
    const { root } = await scratch(t, { ...written, 'weir.json': settings });
    const whole = await Editor.start(t, root);
    const alone = await Editor.start(t, root);
    for (const [path, text] of Object.entries(written)) await whole.open(path, text);
    for (const [path, text] of Object.entries(written)) {
      await alone.open(path, text);
      const [got, expected] = [await answers(alone, path, text, 11), await answers(whole, path, text, 11)];
      for (const [at, answer] of expected) assert.deepEqual(got.get(at), answer, at);
      await alone.close(path);
    }
  });
}

test('of fifty files only the open one has a tree, until something is asked that another knows', async (t) => {
  const file = (n: number): string =>
    `package p${n}\nimport p${n + 1}\nmessage M${n} { next: M${n + 1} = 1 }\nservice s${n} { grpc 1  rpc Get${n}(M${n}) }\n`;
  const written = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`f${n}.svc`, file(n)]));
  const { root } = await scratch(t, { ...written, 'weir.json': '{}' });
  const { client, services, textDocument } = await served(t, root, 'f7.svc', file(7));
  let parsed = 0;
  const { LangiumParser } = services.ServiceRegistry.all[0]?.parser ?? assert.fail();
  const parse = LangiumParser.parse.bind(LangiumParser);
  LangiumParser.parse = (...all) => {
    parsed++;
    return parse(...all);
  };
  const at = (line: number, character: number) => ({ textDocument, position: { line, character } });
  await client.sendRequest(ReferencesRequest.type, { ...at(2, 9), context: { includeDeclaration: true } });
  assert.deepEqual(services.workspace.LangiumDocuments.all.map(({ uri }) => uri.toString()).toArray(), [
    textDocument.uri,
  ]);
  assert.equal([...services.editor.ClosedFiles.all].length, 49);
  const symbols = await client.sendRequest(WorkspaceSymbolRequest.type, { query: 'Get49' });
  assert.equal(symbols?.length, 1);
  await client.sendRequest(RenameRequest.type, { ...at(2, 9), newName: 'Other' });
  assert.equal(parsed, 1);
  await client.sendRequest(DefinitionRequest.type, at(2, 20));
  assert.equal(parsed, 2);
});

test('a name leads to where it is now: in a closed file that changes, in its open text, and closed again', async (t) => {
  const money = 'package shop\nmessage Money { units: int64 = 1 }\n';
  const price = 'package shop\nmessage Price { money: Money = 1 }\n';
  const project = await scratch(t, { 'weir.json': '{}', 'money.svc': money, 'price.svc': price });
  const editor = await Editor.start(t, project.root, { watching: true });
  await editor.open('price.svc', price);
  const at = editor.at('price.svc', price, 'money: Mon|ey');
  const line = async (): Promise<unknown> => {
    const found = await editor.connection.sendRequest(DefinitionRequest.type, at);
    const [first] = Array.isArray(found) ? found : [];
    return LocationLink.is(first) ? first.targetRange.start.line : undefined;
  };
  const told = async (type: FileChangeType): Promise<void> => {
    const changes = [{ uri: editor.uri('money.svc'), type }];
    await editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
  };
  /** Who asks in one file does not wait for what another is being built into. */
  const leadsTo = async (expected: number | undefined): Promise<void> => {
    for (let attempt = 0; attempt < 500 && (await line()) !== expected; attempt++) await setTimeout(10);
    assert.equal(await line(), expected);
  };
  await leadsTo(1);
  await writeFile(project.path('money.svc'), `// One more line.\n${money}`);
  await told(FileChangeType.Changed);
  await leadsTo(2);
  await editor.open('money.svc', `\n\n\n${money}`);
  await leadsTo(4);
  await editor.close('money.svc');
  await leadsTo(2);
  for (let i = 0; i < 10; i++) {
    // Neither is waited for: the second cancels what the first has begun.
    void editor.open('money.svc', `// One more line.\n${money}`);
    void editor.close('money.svc');
    await leadsTo(2);
  }
  await rm(project.path('money.svc'));
  await told(FileChangeType.Deleted);
  await leadsTo(undefined);
});
