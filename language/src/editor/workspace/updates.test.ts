import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  DidChangeWatchedFilesNotification,
  FileChangeType,
  PublishDiagnosticsNotification,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver-protocol/node';
import { scratch } from '../../project/scratch-fixture.ts';
import { nodeHost } from '../node-host.ts';
import { served } from './served-fixture.ts';

test('what goes while its project is being read is seen to be gone', async (t) => {
  const orders = 'service orders { grpc 1  uses users  rpc Place() { calls users.Find } }\n';
  const users = 'service users { grpc 2  rpc Find() }\n';
  const project = await scratch(t, { 'weir.json': '{}', 'orders.svc': orders, 'users.svc': users });
  const host = nodeHost();
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let isHolding = false;
  const readFile = async (path: string) => {
    const content = await host.files.readFile(path);
    if (!isHolding || !path.endsWith('users.svc')) return content;
    held.resolve();
    await released.promise;
    return content;
  };
  const files = { ...host.files, readFile };
  const { client, services } = await served(t, project.root, 'orders.svc', orders, { ...host, files });
  const symbols = await client.sendRequest(WorkspaceSymbolRequest.type, { query: 'Find' });
  assert.equal(symbols?.length, 1);

  const told = (path: string, type: FileChangeType) => {
    const changes = [{ uri: pathToFileURL(project.path(path)).href, type }];
    return client.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
  };
  isHolding = true;
  await project.write({ 'more.svc': '' });
  await told('more.svc', FileChangeType.Created);
  await held.promise;
  isHolding = false;
  await rm(project.path('users.svc'));
  const missing = new Promise<void>((resolve) => {
    client.onNotification(PublishDiagnosticsNotification.type, ({ diagnostics }) => {
      if (diagnostics.some(({ message }) => /no service, external or resource `users`/.test(String(message))))
        resolve();
    });
  });
  services.lsp.DocumentUpdateHandler?.onWatchedFilesChange?.(() => setImmediate(released.resolve));
  await told('users.svc', FileChangeType.Deleted);
  await missing;
});
