import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  DiagnosticSeverity,
  DiagnosticTag,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
} from 'vscode-languageserver-protocol/node';
import { scratch } from '../../project/scratch-fixture.ts';
import { Editor, rules } from '../client-fixture.ts';

const users = `package shop.users
message User { id: uuid = 1 }
service users { grpc 9090
  rpc GetUser(id: uuid = 1) -> User { reads }
}
`;
const orders = `package shop.orders
import shop.users
service orders {
  uses users with { timeout 1s }
  rpc PlaceOrder(id: uuid = 1) { calls users.GetUser }
}
gateway public { serves orders }
`;

test('an open and a closed file are diagnosed, and an edit in one changes the findings in the other', async (t) => {
  const { root } = await scratch(t, { 'users.svc': users, 'orders.svc': orders, 'weir.json': '{}' });
  const editor = await Editor.start(t, root);
  await editor.open('users.svc', users);
  await editor.until('users.svc', (found) => found.length === 0);

  const renamed = users.replace('GetUser', 'FindUser');
  await editor.change('users.svc', renamed);
  const [finding] = await editor.until('orders.svc', (found) => found.length === 1);
  assert.equal(finding?.code, 'unresolved-reference');
  assert.deepEqual(finding?.data, { code: 'unresolved-reference' });
  assert.equal(finding?.severity, DiagnosticSeverity.Error);
  assert.equal(finding?.source, 'weir');
  assert.equal(finding?.message, '`users` has no operation `GetUser`\nIt has `FindUser`.');
  assert.deepEqual(finding?.range, { start: { line: 4, character: 39 }, end: { line: 4, character: 52 } });

  await editor.change('users.svc', users);
  await editor.until('orders.svc', (found) => found.length === 0);
});

test('a finding leads to its page, to what belongs to it, and says what may be removed', async (t) => {
  const text = `message A { a: int32 = 1 }
message A { b: int32 = 1 }
`;
  const { root } = await scratch(t, { 'a.svc': text });
  const editor = await Editor.start(t, root);
  await editor.open('a.svc', text);
  const found = await editor.until('a.svc', (all) => all.length > 0);
  const twice = found.find(({ code }) => code === 'duplicate-name');
  assert.deepEqual(twice?.relatedInformation?.[0]?.location, {
    uri: editor.uri('a.svc'),
    range: { start: { line: 0, character: 8 }, end: { line: 0, character: 9 } },
  });
  const page = pathToFileURL(fileURLToPath(new URL('../../../docs/rules/duplicate-name.md', import.meta.url)));
  assert.equal(twice?.codeDescription?.href, page.href);
  const idle = found.find(({ code }) => code === 'unused');
  assert.deepEqual(idle?.tags, [DiagnosticTag.Unnecessary]);
  assert.equal(idle?.severity, DiagnosticSeverity.Hint);
});

test('nothing is reported twice: half-typed text has the findings of the rules only', async (t) => {
  const text = orders.replace('calls users.GetUser }', 'calls ');
  const { root } = await scratch(t, { 'orders.svc': text, 'users.svc': users });
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', text);
  const found = await editor.until('orders.svc', (all) => all.length > 0);
  const places = found.map(({ code, range }) => JSON.stringify([code, range]));
  assert.equal(new Set(places).size, places.length);
  assert.deepEqual([...new Set(rules(found))], ['syntax']);
});

test('files that come, change and go outside of the editor are taken up', async (t) => {
  const project = await scratch(t, { 'orders.svc': orders, 'users.svc': users, 'weir.json': '{}' });
  const editor = await Editor.start(t, project.root, { watching: true });
  const tell = (path: string, type: FileChangeType): Promise<void> =>
    editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: editor.uri(path), type }],
    });
  await editor.open('orders.svc', orders);
  await editor.until('orders.svc', (found) => found.length === 0);

  await project.write({ 'users.svc': `${users}nonsense` });
  await tell('users.svc', FileChangeType.Changed);
  await editor.until('users.svc', (found) => rules(found).includes('syntax'));

  await rm(project.path('users.svc'));
  await tell('users.svc', FileChangeType.Deleted);
  await editor.until('users.svc', (found) => found.length === 0);
  await editor.until('orders.svc', (found) => rules(found).includes('unresolved-reference'));

  await project.write({ 'below/users.svc': users });
  await tell('below/users.svc', FileChangeType.Created);
  await editor.until('orders.svc', (found) => found.length === 0);

  await rm(project.path('below'), { recursive: true });
  await tell('below', FileChangeType.Deleted);
  await editor.until('orders.svc', (found) => rules(found).includes('unresolved-reference'));
});

test('an unsaved file belongs to the project, and when it is closed what is on disk counts again', async (t) => {
  const { root } = await scratch(t, { 'orders.svc': orders, 'weir.json': '{}' });
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', orders);
  await editor.until('orders.svc', (found) => rules(found).includes('unresolved-reference'));
  await editor.open('users.svc', users);
  await editor.until('orders.svc', (found) => found.length === 0);
  await editor.close('users.svc');
  await editor.until('orders.svc', (found) => rules(found).includes('unresolved-reference'));
});

test('the settings of the project hold, also when they change; what is wrong with them is told there', async (t) => {
  const loose = 'message Idle { a: int32 = 1 }\n';
  const project = await scratch(t, { 'a.svc': loose, 'weir.json': '{ "rules": { "unused": "error" } }' });
  const editor = await Editor.start(t, project.root, { watching: true });
  await editor.open('a.svc', loose);
  const [finding] = await editor.until('a.svc', (found) => found.length === 1);
  assert.equal(finding?.severity, DiagnosticSeverity.Error);

  const settings: FileEvent = { uri: editor.uri('weir.json'), type: FileChangeType.Changed };
  const tell = (): Promise<void> =>
    editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [settings] });
  await project.write({ 'weir.json': '{ "rules": { "unusd": "off" } }' });
  await tell();
  const [fault] = await editor.until('weir.json', (found) => found.length === 1);
  assert.equal(fault?.message, 'there is no rule `unusd`\nDid you mean `unused`?');
  await editor.until('a.svc', (found) => found.length === 0);

  await project.write({ 'weir.json': '{ "rules": { "unused": "off" } }' });
  await tell();
  await editor.until('weir.json', (found) => found.length === 0);
  assert.deepEqual(editor.diagnostics('a.svc'), []);
});

test('a text that is on no disk is checked by itself', async (t) => {
  const { root } = await scratch(t);
  const editor = await Editor.start(t, root);
  await editor.open('untitled:Untitled-1', 'message A { a: Nothing = 1 }');
  const found = await editor.until('untitled:Untitled-1', (all) => all.length > 0);
  assert.deepEqual(rules(found), ['unresolved-reference']);
  await editor.close('untitled:Untitled-1');
  await editor.until('untitled:Untitled-1', (all) => all.length === 0);
});
