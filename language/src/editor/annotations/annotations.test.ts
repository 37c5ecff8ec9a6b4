import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CodeLensRefreshRequest,
  CodeLensRequest,
  CodeLensResolveRequest,
  InlayHintRefreshRequest,
  InlayHintRequest,
} from 'vscode-languageserver-protocol/node';
import { scratch } from '../../project/scratch-fixture.ts';
import { Editor } from '../client-fixture.ts';

const text = `package shop
policy base { timeout 700ms  balance p2c }
policy patient extends base { retry { attempts 3  backoff 0ms..0ms } }
service orders {
  http 80
  uses users with patient
  rpc Place() { calls users.GetUser, users.Ping }
  on Paid { calls users.Ping * 2 }
}
service users { grpc 1
  rpc GetUser(id: uuid, name: string = 4, mail: string)
  rpc Ping()
}
event Paid { id: uuid = 1 }
`;
const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

test('hints say what calls come to, what policies inherit, and the numbers that fields would get', async (t) => {
  const { root } = await scratch(t, { 'a.svc': text });
  const editor = await Editor.start(t, root);
  await editor.open('a.svc', text);
  const textDocument = { uri: editor.uri('a.svc') };
  const hints = await editor.connection.sendRequest(InlayHintRequest.type, { textDocument, range: whole });
  assert.deepEqual(
    hints?.map(({ label, position }) => [position.line, label]),
    [
      [2, '+ timeout 700ms, balance p2c'],
      [6, '≤ 2100ms ×3'],
      [6, '≤ 2100ms ×3'],
      [7, '≤ 2100ms ×6'],
      [10, '= 5'],
      [10, '= 6'],
    ],
  );
  const some = { start: { line: 7, character: 0 }, end: { line: 8, character: 0 } };
  const within = await editor.connection.sendRequest(InlayHintRequest.type, { textDocument, range: some });
  assert.deepEqual(
    within?.map(({ label }) => label),
    ['≤ 2100ms ×6'],
  );
});

test('lenses say who calls, and how long the worst path takes; they lead to the callers', async (t) => {
  const { root } = await scratch(t, { 'a.svc': text });
  const editor = await Editor.start(t, root);
  await editor.open('a.svc', text);
  const textDocument = { uri: editor.uri('a.svc') };
  const lenses = (await editor.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
  const resolved = await Promise.all(
    lenses.map((lens) => editor.connection.sendRequest(CodeLensResolveRequest.type, lens)),
  );
  assert.deepEqual(
    resolved.map(({ command }) => command?.title),
    ['no callers, worst path 4.2 s', 'handles an event, worst path 4.2 s', '1 caller', '2 callers'],
  );
  const ping = resolved.at(-1)?.command;
  assert.equal(ping?.command, 'weir.showCallers');
  const [uri, position, places] = ping?.arguments ?? [];
  assert.equal(uri, textDocument.uri);
  assert.deepEqual(position, { line: 11, character: 6 });
  assert.deepEqual(
    places.map((place: { range: { start: { line: number } } }) => place.range.start.line),
    [6, 7],
  );
});

test('who has a picture is offered to see services in it', async (t) => {
  const { root } = await scratch(t, { 'a.svc': text });
  const initializationOptions = { commands: ['weir.showInTopology'] };
  const editor = await Editor.start(t, root, { initializationOptions });
  await editor.open('a.svc', text);
  const textDocument = { uri: editor.uri('a.svc') };
  const lenses = (await editor.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
  const shown = lenses.flatMap(({ command }) => command ?? []);
  assert.deepEqual(shown, [
    {
      title: 'open in topology',
      command: 'weir.showInTopology',
      arguments: [textDocument.uri, { line: 3, character: 8 }],
    },
    {
      title: 'open in topology',
      command: 'weir.showInTopology',
      arguments: [textDocument.uri, { line: 9, character: 8 }],
    },
  ]);
});

test('when an edit changes what another open file says, the editor is asked to look again', async (t) => {
  const users = 'package shop  service users { grpc 1  rpc Get() }';
  const orders = 'package shop  service orders { grpc 1  uses users  rpc Place() { calls users.Get } }';
  const { root } = await scratch(t, { 'users.svc': users, 'orders.svc': orders, 'weir.json': '{}' });
  const workspace = { inlayHint: { refreshSupport: true }, codeLens: { refreshSupport: true } };
  const editor = await Editor.start(t, root, { workspace });
  await editor.open('users.svc', users);
  await editor.open('orders.svc', orders);
  const textDocument = { uri: editor.uri('users.svc') };
  // Its answer waits for the build, which an edit before that would cancel.
  await editor.connection.sendRequest(CodeLensRequest.type, { textDocument });
  const asked = Promise.all(
    [CodeLensRefreshRequest.type, InlayHintRefreshRequest.type].map(
      (type) => new Promise<void>((resolve) => void editor.connection.onRequest(type, () => resolve())),
    ),
  );
  await editor.change('orders.svc', orders.replace('calls users.Get', 'calls users.Get, users.Get'));
  await asked;
  const [lens] = (await editor.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
  const { command } = await editor.connection.sendRequest(CodeLensResolveRequest.type, lens ?? assert.fail());
  assert.equal(command?.title, '2 callers');
});
