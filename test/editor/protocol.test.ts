import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import {
  CancellationTokenSource,
  CodeActionRequest,
  type CompletionItem,
  CompletionRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DocumentFormattingRequest,
  DocumentSymbolRequest,
  ExitNotification,
  FileChangeType,
  HoverRequest,
  type LocationLink,
  LSPErrorCodes,
  PublishDiagnosticsNotification,
  type Range,
  RenameRequest,
  ResponseError,
  ShutdownRequest,
} from 'vscode-languageserver-protocol/node';
import { Editor, rules } from '../../language/src/editor/client-fixture.ts';
import { type Scratch, scratch } from '../../language/src/project/scratch-fixture.ts';
import { mutate, seeded } from '../mutate.ts';
import { bundledServer } from './bundled.ts';
import { workIn } from './large.ts';
import { positionAt, textIn } from './positions.ts';

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
const quiet = '{ "rules": { "unused": "off", "orphan": "off" } }';
const files = { 'users.svc': users, 'orders.svc': orders, 'weir.json': quiet };

async function start(t: TestContext, root: string): Promise<Editor> {
  return Editor.start(t, root, { command: [await bundledServer()], watching: true });
}

async function opened(
  t: TestContext,
  texts: Readonly<Record<string, string>> = files,
): Promise<Scratch & { editor: Editor }> {
  const project = await scratch(t, texts);
  const editor = await start(t, project.root);
  for (const [path, text] of Object.entries(texts)) if (path.endsWith('.svc')) await editor.open(path, text);
  return { ...project, editor };
}

/** Waits until all that the server was told has been taken up and published. */
async function settled(editor: Editor, path: string): Promise<void> {
  const start = { line: 0, character: 0 };
  await editor.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: editor.uri(path) },
    range: { start, end: start },
    context: { diagnostics: [] },
  });
}

test('of a thousand edits in a row the last one wins, and nothing older is published behind it', async (t) => {
  const { editor } = await opened(t);
  await editor.until('orders.svc', () => true);
  const versions: number[] = [];
  editor.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    editor.published.set(params.uri, params);
    if (params.uri === editor.uri('orders.svc')) versions.push(params.version ?? 0);
  });
  const before = performance.now();
  for (let i = 0; i < 1000; i++) {
    void editor.change('orders.svc', orders.replace('users.GetUser', i % 2 === 0 ? `users.Get${i}` : `{ ${i}`));
  }
  const last = orders.replace('calls users.GetUser', 'calls users.Last');
  await editor.change('orders.svc', last);
  const at = editor.at('orders.svc', last, 'calls users.La|st');
  const [list] = await Promise.all([
    editor.connection.sendRequest(CompletionRequest.type, at),
    settled(editor, 'orders.svc'),
  ]);
  const labels = (list as { items: CompletionItem[] }).items.map(({ label }) => label);
  assert.deepEqual(labels, []);
  const [finding, ...others] = editor.diagnostics('orders.svc');
  assert.equal(finding?.message, '`users` has no operation `Last`\nIt has `GetUser`.');
  assert.deepEqual(others, []);
  assert.equal(versions.at(-1), 1002);
  assert.deepEqual(
    versions,
    versions.toSorted((a, b) => a - b),
  );
  t.diagnostic(`${versions.length} publications, ${Math.round(performance.now() - before)} ms`);
});

test('edits during a long check: requests are answered from the last text, and its findings come', async (t) => {
  const many = Array.from(
    { length: 500 },
    (_, i) =>
      `service s${i} { grpc 9090  uses s${(i + 1) % 500} with { timeout 1s }  rpc Get() { reads  calls s${(i + 1) % 500}.Get } }`,
  ).join('\n');
  const { editor } = await opened(t, { ...files, 'many.svc': many });
  for (let i = 0; i < 10; i++) {
    const text = users.replaceAll('User', `User${i}`);
    void editor.change('users.svc', text);
    const [symbols, hover] = await Promise.all([
      editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: editor.uri('users.svc') } }),
      editor.connection.sendRequest(HoverRequest.type, editor.at('users.svc', text, `-> Us|er${i}`)),
    ]);
    assert.equal(symbols?.[0]?.name, `User${i}`);
    assert.match(JSON.stringify(hover), new RegExp(`message User${i} `));
  }
  const found = await editor.until('orders.svc', (all) => all.length === 1);
  assert.match(String(found[0]?.message), /no operation `GetUser`\nDid you mean `GetUser9`/);
});

test('a request that is cancelled while a check is under way is answered by the error -32800', async (t) => {
  const { editor } = await opened(t);
  const long = `${users}${Array.from({ length: 1000 }, (_, i) => `message M${i} { a: User = 1 }`).join('\n')}`;
  void editor.change('users.svc', long);
  const at = editor.at('users.svc', long, 'rpc Get|User');
  const asks = ['textDocument/hover', 'textDocument/prepareCallHierarchy', 'weir/topology', 'weir/generated'];
  const isCancelled = (error: unknown): boolean =>
    error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled;
  for (const method of asks) {
    let cancelled = false;
    // Where the machine has much else to do, it may be answered before its end is heard of.
    for (let attempt = 0; attempt < 10 && !cancelled; attempt++) {
      void editor.change('users.svc', `${long}// ${method} ${attempt}\n`);
      const cancel = new CancellationTokenSource();
      const answer = editor.connection.sendRequest(method, { ...at, target: 'proto' }, cancel.token);
      cancel.cancel();
      cancelled = await answer.then(
        () => false,
        (error: unknown) => {
          assert.ok(isCancelled(error), method);
          return true;
        },
      );
    }
    assert.ok(cancelled, method);
    assert.ok(await editor.connection.sendRequest(method, { ...at, target: 'proto' }), method);
  }
});

test('a server that is started again after a crash says the same', async (t) => {
  const { editor, root } = await opened(t);
  const broken = orders.replace('GetUser', 'FindUser');
  const ask = async (one: Editor): Promise<unknown[]> => {
    await one.change('orders.svc', broken);
    await settled(one, 'orders.svc');
    const at = one.at('orders.svc', broken, 'calls users.|FindUser');
    return Promise.all([
      one.diagnostics('orders.svc'),
      one.connection.sendRequest(CompletionRequest.type, at),
      one.connection.sendRequest(HoverRequest.type, one.at('orders.svc', broken, 'uses us|ers')),
    ]);
  };
  const first = await ask(editor);
  const ended = once(editor.server, 'exit');
  editor.server.kill('SIGKILL');
  await ended;
  const again = await start(t, root);
  await again.open('users.svc', users);
  await again.open('orders.svc', orders);
  assert.deepEqual(await ask(again), first);
});

test('files that are created, renamed and deleted outside the editor', async (t) => {
  const { 'users.svc': _, ...rest } = files;
  const { editor, write, path } = await opened(t, rest);
  const tell = (...changes: readonly (readonly [string, FileChangeType])[]): Promise<void> =>
    editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: changes.map(([name, type]) => ({ uri: editor.uri(name), type })),
    });
  await editor.until('orders.svc', (found) => rules(found).includes('unresolved-reference'));
  await write({ 'below/users.svc': users });
  await tell(['below/users.svc', FileChangeType.Created]);
  await editor.until('orders.svc', (found) => found.length === 0);

  await rename(path('below'), path('other'));
  await tell(['below', FileChangeType.Deleted], ['other/users.svc', FileChangeType.Created]);
  await settled(editor, 'orders.svc');
  assert.deepEqual(editor.diagnostics('orders.svc'), []);
  const [link] = (await editor.connection.sendRequest(
    DefinitionRequest.type,
    editor.at('orders.svc', orders, 'calls users.Get|User'),
  )) as LocationLink[];
  assert.equal(link?.targetUri, editor.uri('other/users.svc'));

  await write({ 'other/users.svc': `${users}message Half { a: Nothing = 1 }\n` });
  await tell(['other/users.svc', FileChangeType.Changed]);
  await editor.until('other/users.svc', (found) => rules(found).includes('unresolved-reference'));
  await rm(path('other'), { recursive: true });
  await tell(['other', FileChangeType.Deleted]);
  await editor.until('other/users.svc', (found) => found.length === 0);
  await editor.until('orders.svc', (found) => rules(found).includes('unresolved-reference'));
});

test('two projects in one workspace: neither sees the other, nor is told of by its edits', async (t) => {
  const inside = (folder: string, texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${folder}/${name}`, text]));
  const { editor } = await opened(t, { ...inside('one', files), ...inside('two/deep', files) });
  for (const folder of ['one', 'two/deep']) {
    for (const path of ['users.svc', 'orders.svc']) await settled(editor, `${folder}/${path}`);
    assert.deepEqual(editor.diagnostics(`${folder}/orders.svc`), []);
  }
  const told: string[] = [];
  editor.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    editor.published.set(params.uri, params);
    told.push(params.uri);
  });
  await editor.change('one/users.svc', users.replaceAll('GetUser', 'FindUser'));
  await settled(editor, 'one/users.svc');
  assert.deepEqual(rules(editor.diagnostics('one/orders.svc')), ['unresolved-reference']);
  assert.ok(
    told.every((uri) => uri.startsWith(editor.uri('one'))),
    told.join(' '),
  );
  assert.deepEqual(editor.diagnostics('two/deep/orders.svc'), []);
  const { changes = {} } =
    (await editor.connection.sendRequest(RenameRequest.type, {
      ...editor.at('two/deep/users.svc', users, 'rpc Get|User'),
      newName: 'Fetch',
    })) ?? {};
  assert.deepEqual(Object.keys(changes).sort(), [editor.uri('two/deep/orders.svc'), editor.uri('two/deep/users.svc')]);
});

const odd = (text: string): string =>
  `\uFEFF${text.replace('message User', '/* 😀 𝒳 é */ message User').replaceAll(' rpc ', ' /* 👩‍👩‍👧 */ rpc ').replaceAll('\n', '\r\n')}`;

test('positions count UTF-16 units, whatever the line ends, the first character and the comments are', async (t) => {
  const texts = { 'users.svc': odd(users), 'orders.svc': odd(orders) };
  const { editor } = await opened(t, { ...files, ...texts });
  await editor.until('orders.svc', (found) => found.length === 0);
  const textAt = (path: keyof typeof texts, range: Range | undefined): string | undefined => textIn(texts[path], range);
  // What a client counts in lines of `\n` holds for `\r\n` as well.
  const at = editor.at('orders.svc', texts['orders.svc'], 'calls users.Get|User');
  const [link] = (await editor.connection.sendRequest(DefinitionRequest.type, at)) as LocationLink[];
  assert.equal(textAt('users.svc', link?.targetSelectionRange), 'GetUser');
  const { changes = {} } =
    (await editor.connection.sendRequest(RenameRequest.type, { ...at, newName: 'FindUser' })) ?? {};
  assert.deepEqual(
    Object.entries(changes).map(([uri, edits]) => {
      const path = uri === editor.uri('users.svc') ? 'users.svc' : 'orders.svc';
      return [path, ...edits.map(({ range }) => textAt(path, range))];
    }),
    [
      ['users.svc', 'GetUser'],
      ['orders.svc', 'GetUser'],
    ],
  );
  const wrong = texts['users.svc'].replace('-> User', '-> Usr');
  await editor.change('users.svc', wrong);
  const [finding] = await editor.until('users.svc', (found) => found.length === 1);
  assert.equal(textIn(wrong, finding?.range), 'Usr');
  await editor.change('users.svc', texts['users.svc'].replace('reads }', 'reads}'));
  const edits = await editor.connection.sendRequest(DocumentFormattingRequest.type, {
    textDocument: { uri: editor.uri('users.svc') },
    options: { tabSize: 2, insertSpaces: true },
  });
  assert.ok(edits?.every(({ newText }) => !/(?<!\r)\n/.test(newText)));
});

test('any small edits, of parts of the text, come to the same as the whole text', async (t) => {
  const { editor, root } = await opened(t, { ...files, 'users.svc': odd(users) });
  let text = odd(users);
  const uri = editor.uri('users.svc');
  let version = 1;
  for (let seed = 0; seed < 60; seed++) {
    const random = seeded(seed);
    const next =
      random() < 0.4
        ? odd(users)
        : mutate(text, random)
            .slice(0, 4000)
            .replace(/\r(?!\n)/g, '');

    let same = 0;
    while (same < Math.min(text.length, next.length) && text[same] === next[same]) same++;
    let tail = 0;
    const shorter = Math.min(text.length, next.length) - same;
    while (tail < shorter && text[text.length - 1 - tail] === next[next.length - 1 - tail]) tail++;
    const range = { start: positionAt(text, same), end: positionAt(text, text.length - tail) };
    // Nobody edits within `\r\n`: where that would be the smallest edit, it is of the whole.
    const piece = next.slice(same, next.length - tail);
    const isExact = textIn(text, range) === text.slice(same, text.length - tail) && !piece.endsWith('\r');
    const change = isExact ? { range, text: piece } : { text: next };
    version++;
    await editor.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [change],
    });
    text = next;
  }
  await settled(editor, 'users.svc');
  const fresh = await start(t, root);
  await fresh.open('users.svc', text);
  await fresh.open('orders.svc', orders);
  await settled(fresh, 'users.svc');
  for (const path of ['users.svc', 'orders.svc']) {
    assert.deepEqual(editor.diagnostics(path), fresh.diagnostics(path), path);
  }
});

test('a large file is worked in', async (t) => {
  const times = await workIn(t, 5000);
  t.diagnostic(JSON.stringify(times, (_, value) => (typeof value === 'number' ? Math.round(value) : value)));
});

test('what is no request of ours, and what comes at the wrong time, is refused by the codes of the protocol', async (t) => {
  const { editor } = await opened(t);
  const codeOf = async (answer: Promise<unknown>): Promise<number> => {
    const error = await answer.then(
      () => assert.fail('it was answered'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ResponseError, String(error));
    return error.code;
  };
  assert.equal(await codeOf(editor.connection.sendRequest('weir/nothing', {})), -32601);
  await editor.connection.sendNotification('weir/nothing', {});
  const ended = once(editor.server, 'exit');
  await editor.connection.sendRequest(ShutdownRequest.type);
  await editor.connection.sendNotification(ExitNotification.type);
  assert.deepEqual(await ended, [0, null]);
});

test('a server whose editor is gone ends', async (t) => {
  const { editor } = await opened(t);
  const ended = once(editor.server, 'exit');
  editor.server.stdin?.end();
  const [code, signal] = await ended;
  assert.equal(signal, null);
  assert.equal(code, 1);
});
