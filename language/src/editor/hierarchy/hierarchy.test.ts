import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CallHierarchyIncomingCallsRequest,
  CallHierarchyOutgoingCallsRequest,
  CallHierarchyPrepareRequest,
  TypeHierarchyPrepareRequest,
  TypeHierarchySubtypesRequest,
  TypeHierarchySupertypesRequest,
} from 'vscode-languageserver-protocol/node';
import { scratch } from '../../project/scratch-fixture.ts';
import { Editor } from '../client-fixture.ts';

const users = `package shop.users
service users { grpc 9090
  rpc GetUser(id: uuid = 1)
}
policy base { timeout 1s }
policy patient extends base { retry { attempts 3 } }
policy strict extends base { retry none }
`;
const orders = `package shop.orders
import shop.users
service orders {
  http 80
  uses users with patient
  rpc Place() { calls users.GetUser * 2, users.GetUser ? with strict }
  on Paid as MarkPaid { calls users.GetUser }
}
event Paid { id: uuid = 1 }
`;

test('callers and callees of operations and handlers, with attempts, across files', async (t) => {
  const { root } = await scratch(t, { 'users.svc': users, 'orders.svc': orders, 'weir.json': '{}' });
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', orders);
  const { connection } = editor;
  const [called] =
    (await connection.sendRequest(
      CallHierarchyPrepareRequest.type,
      editor.at('orders.svc', orders, 'calls users.Get|User'),
    )) ?? [];
  assert.equal(called?.name, 'users.GetUser');
  assert.equal(called?.uri, editor.uri('users.svc'));
  const incoming =
    (await connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item: called ?? assert.fail() })) ?? [];
  assert.deepEqual(
    incoming.map(({ from, fromRanges }) => [from.name, from.detail, fromRanges.map(({ start }) => start.line)]),
    [
      ['orders.Place', '3 attempts × 2 by patient; 1 attempt, optional', [5, 5]],
      ['orders.MarkPaid', '3 attempts by patient', [6]],
    ],
  );
  const [handler] =
    (await connection.sendRequest(CallHierarchyPrepareRequest.type, editor.at('orders.svc', orders, 'as Mark|Paid'))) ??
    [];
  const outgoing = await connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, {
    item: handler ?? assert.fail(),
  });
  assert.deepEqual(
    outgoing?.map(({ to }) => to.name),
    ['users.GetUser'],
  );
  const all = await connection.sendRequest(
    CallHierarchyPrepareRequest.type,
    editor.at('orders.svc', orders, 'service or|ders'),
  );
  assert.deepEqual(
    all?.map(({ name }) => name),
    ['orders.Place', 'orders.MarkPaid'],
  );
});

test('policies: what one extends, and what extends it', async (t) => {
  const { root } = await scratch(t, { 'users.svc': users, 'orders.svc': orders, 'weir.json': '{}' });
  const editor = await Editor.start(t, root);
  await editor.open('orders.svc', orders);
  const { connection } = editor;
  const [patient] =
    (await connection.sendRequest(
      TypeHierarchyPrepareRequest.type,
      editor.at('orders.svc', orders, 'with pat|ient'),
    )) ?? [];
  assert.deepEqual([patient?.name, patient?.detail], ['patient', 'retry']);
  const [base] =
    (await connection.sendRequest(TypeHierarchySupertypesRequest.type, { item: patient ?? assert.fail() })) ?? [];
  assert.equal(base?.name, 'base');
  const below = await connection.sendRequest(TypeHierarchySubtypesRequest.type, { item: base ?? assert.fail() });
  assert.deepEqual(
    below?.map(({ name }) => name),
    ['patient', 'strict'],
  );
});
