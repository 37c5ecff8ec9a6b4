import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { Cancellation, DocumentState, OperationCancelled } from 'langium';
import { createConnection } from 'vscode-languageserver/node';
import { nodeHost } from '../node-host.ts';
import { createEditorServices } from '../services.ts';

test('who waits for names to mean something waits through a build that an edit has cancelled', async () => {
  const connection = createConnection(new PassThrough(), new PassThrough());
  const { DocumentBuilder } = createEditorServices(connection, nodeHost()).workspace;
  const edited = new Cancellation.CancellationTokenSource();
  const edit = DocumentBuilder.onBuildPhase(DocumentState.IndexedReferences, () => edited.cancel());
  let isThere = false;
  const waiting = DocumentBuilder.waitUntil(DocumentState.IndexedReferences).then(() => {
    isThere = true;
  });
  await assert.rejects(DocumentBuilder.build([], {}, edited.token), (error) => error === OperationCancelled);
  assert.equal(isThere, false);
  edit.dispose();
  await DocumentBuilder.build([]);
  await waiting;
});
