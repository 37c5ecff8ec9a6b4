import assert from 'node:assert/strict';
import { test } from 'node:test';
import { URI } from 'langium';
import type { Connection } from 'vscode-languageserver';
import { codeOf } from '../project/file-system.ts';
import { browserHost } from './browser-host.ts';
import { openProject } from './workspace/open-project.ts';

/** An editor that answers what it has, by URI; folders are what their files stand in. */
function hostWith(files: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const under = (uri: string): string[] =>
    Object.keys(files).flatMap((file) => (file.startsWith(`${uri}/`) ? [file.slice(uri.length + 1)] : []));
  const answer = (method: string, uri: string): object => {
    const text = files[uri];
    const names = under(uri);
    if (text === undefined && names.length === 0) return { error: 'ENOENT' };
    switch (method) {
      case 'weir/readFile':
        return text === undefined ? { error: 'EISDIR' } : { value: new TextEncoder().encode(text) };
      case 'weir/statFile':
        return {
          value: { kind: text === undefined ? 'folder' : 'file', size: text?.length ?? 0, modified: 0, mode: 0o644 },
        };
      default: {
        const entries = new Map(names.map((name) => [name.split('/')[0], name.includes('/') ? 'folder' : 'file']));
        return { value: [...entries].map(([name, kind]) => ({ name, kind })) };
      }
    }
  };
  const connection = {
    sendRequest: async (method: string, { uri }: { uri: string }) => {
      asked.push(uri);
      return answer(method, uri);
    },
  };
  const options = { version: '1.2.3', package: 'https://cdn.example/weir' };
  return { host: browserHost(connection as unknown as Connection, () => options), asked };
}

const root = 'vscode-vfs://github/some/repository';

test('a project is read through the editor, with its settings and all its files', async () => {
  const { host, asked } = hostWith({
    [`${root}/weir.json`]: '{ "include": ["svc/**/*.svc"], "rules": { "unused": "off" } }',
    [`${root}/svc/a.svc`]: 'package a\n',
    [`${root}/svc/deep/b.svc`]: 'package b\n',
    [`${root}/other.svc`]: 'package other\n',
  });
  const path = host.pathOf(URI.parse(`${root}/svc/a.svc`));
  assert.ok(path !== undefined);
  const { sources, config, faults, shownRoot } = await openProject(path, host.files);
  assert.deepEqual(faults, []);
  assert.deepEqual(
    sources.map((source) => source.path),
    ['svc/a.svc', 'svc/deep/b.svc'],
  );
  assert.equal(config.rules.unused, 'off');
  assert.equal(host.uriOf(`${shownRoot}/svc/a.svc`).toString(), URI.parse(`${root}/svc/a.svc`).toString());
  assert.ok(
    asked.every((uri) => uri.startsWith('vscode-vfs://github/')),
    asked.join('\n'),
  );
});

test('settings that cannot be read are told, and the file is read all the same', async () => {
  const { host } = hostWith({ [`${root}/weir.json`]: '{ "rules": ', [`${root}/a.svc`]: 'package a\n' });
  const { sources, faults } = await openProject(host.pathOf(URI.parse(`${root}/a.svc`)) ?? '', host.files);
  assert.equal(faults.length, 1);
  assert.deepEqual(sources, [{ path: 'a.svc', text: 'package a\n' }]);
});

test('what is not there, what is no file, and what lies above all origins', async () => {
  const { host, asked } = hostWith({ [`${root}/a/b.svc`]: '' });
  const at = (path: string): string => host.pathOf(URI.parse(`${root}/${path}`)) ?? '';
  const failure = (promise: Promise<unknown>): Promise<unknown> => promise.then(String, codeOf);
  assert.equal(await failure(host.files.readFile(at('none'))), 'ENOENT');
  assert.equal(await failure(host.files.readFile(at('a'))), 'EISDIR');
  assert.equal(await failure(host.files.realpath(at('none'))), 'ENOENT');
  const before = asked.length;
  assert.equal(await failure(host.files.stat('/')), 'ENOENT');
  assert.equal(await failure(host.files.readFile('/weir.json')), 'ENOENT');
  assert.equal(asked.length, before, 'of these the editor is not asked');
});

test('paths stand for URIs of every origin, and lead back to them', () => {
  const { host } = hostWith({});
  for (const uri of [
    'vscode-vfs://github/a/b.svc',
    'vscode-test-web://mount/a%20b/c.svc',
    'memfs:/a.svc',
    'vscode-remote://ssh-remote%2Bhost/home/a.svc',
    'file:///home/a.svc',
  ]) {
    const path = host.pathOf(URI.parse(uri));
    assert.ok(path?.startsWith('/'), uri);
    assert.equal(host.uriOf(path ?? '').toString(), URI.parse(uri).toString());
  }
  assert.equal(host.pathOf(URI.parse('untitled:Untitled-1')), undefined);
  assert.equal(host.pageUri('docs/rules/unused.md'), 'https://cdn.example/weir/docs/rules/unused.md');
});
