import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { listFiles, PackageManager } from '@vscode/vsce';
import { Editor } from '../../language/src/editor/client-fixture.ts';
import { scratch } from '../../language/src/project/scratch-fixture.ts';
import { type Built, buildExtension, packExtension } from './in-vscode/package-fixture.ts';

let built: Built;
before(async () => {
  built = await buildExtension();
});
after(() => built.remove());

test('the package holds the client, the server and what they need, nothing else, in less than 2 MB', async () => {
  const packagePath = await packExtension(built);
  const bytes = await readFile(packagePath);
  assert.ok(bytes.length < 2e6);
  // A .vsix is a zip file, in which names stand as they are.
  for (const name of ['extension.js', 'web.js', 'language/dist/editor/server.js']) {
    assert.ok(bytes.includes(`extension/dist/${name}`), name);
  }

  const files = await listFiles({ cwd: built.folder, packageManager: PackageManager.None });
  const pages = await readdir(new URL('../../language/docs/rules', import.meta.url));
  assert.deepEqual(
    files.toSorted(),
    [
      'LICENSE',
      'README.md',
      'dist/THIRD-PARTY-NOTICES.txt',
      'dist/extension.js',
      'dist/language/dist/editor/server.js',
      ...pages.map((page) => `dist/language/docs/rules/${page}`),
      'dist/language/package.json',
      'dist/language/weir.schema.json',
      'dist/systems.json',
      'dist/web.js',
      'language-configuration.json',
      'media/file-dark.svg',
      'media/file-light.svg',
      'media/icon.png',
      'media/preview-dark.png',
      'media/preview-light.png',
      'package.json',
      'snippets/weir.json',
      ...['break', 'generated', 'new', 'preview'].map((step) => `walkthrough/${step}.md`),
      'syntaxes/weir.tmLanguage.json',
    ].toSorted(),
  );
});

test('all that the manifest names is there', async () => {
  const manifest = await readFile(join(built.folder, 'package.json'), 'utf8');
  const named = [...manifest.matchAll(/"(?:\.\/|media\/)[^"*]+"/g)].map(([name]) => JSON.parse(name) as string);
  assert.ok(named.length > 5);
  for (const name of named) assert.ok((await stat(join(built.folder, name))).isFile(), name);
});

test('the bundled server answers as that of the command line', async (t) => {
  const text = 'message A { a: B = 1 }\n/// Letters.\nmessage B { c: Nothing = 1 }\n';
  const { root } = await scratch(t, { 'a.svc': text, 'weir.json': '{ "rules": { "unused": "off" } }' });
  const editor = await Editor.start(t, root, { command: [join(built.folder, 'dist/language/dist/editor/server.js')] });
  await editor.open('a.svc', text);
  const [finding] = await editor.until('a.svc', (found) => found.length === 1);
  assert.equal(finding?.code, 'unresolved-reference');
  const page = fileURLToPath(finding?.codeDescription?.href ?? '');
  assert.match(await readFile(page, 'utf8'), /^# unresolved-reference/);
  const hover = await editor.connection.sendRequest('textDocument/hover', editor.at('a.svc', text, 'a: |B'));
  assert.match(JSON.stringify(hover), /Letters/);
  const textDocument = { uri: editor.uri('a.svc') };
  const topology = await editor.connection.sendRequest('weir/topology', { textDocument });
  const { page: picture } = topology as { readonly page: string };
  assert.match(picture, /^<!doctype html>.*<svg /s);
  assert.doesNotMatch(picture, /"simple":true/, 'its thread has laid it out');
  const { version } = JSON.parse(await readFile(new URL('../../language/package.json', import.meta.url), 'utf8'));
  assert.deepEqual(editor.result.serverInfo, { name: 'weir', version });
});
