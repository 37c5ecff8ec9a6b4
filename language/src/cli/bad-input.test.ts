import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { test } from 'node:test';
import { scratch } from '../project/scratch-fixture.ts';
import { weir } from './weir-fixture.ts';

/** Checks a text and gives what people read. */
async function checked(t: Parameters<typeof scratch>[0], files: Record<string, string | Buffer>) {
  const { root } = await scratch(t, files);
  return weir(root, 'check');
}

test('an empty file is fine', async (t) => {
  const { code, out } = await checked(t, { 'x.svc': '' });
  assert.equal(code, 0);
  assert.equal(out, 'Nothing found.\n');
});

test('binary junk is refused with the offset that shows it', async (t) => {
  const junk = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00]);
  const { code, out, err } = await checked(t, { 'x.svc': junk, 'y.svc': Buffer.from([0x70, 0xfe, 0x70]) });
  assert.equal(code, 2);
  assert.equal(out, '');
  assert.match(err, /^x\.svc: error: the file is not text: a zero byte at offset 8\n {2}help: /m);
  assert.match(err, /^y\.svc:1:2: error: the file is not valid UTF-8: byte 0xfe at offset 1\n/m);
});

for (const [what, text] of [
  ['one name', 'a'.repeat(10_000_000)],
  ['one string', `/// x\nservice "${'x'.repeat(10_000_000)}"`],
  ['words', 'service '.repeat(1_250_000)],
  ['braces', '{'.repeat(10_000_000)],
] as const) {
  test(`10 MB of one line (${what}) ends in a finding of a few lines`, { timeout: 300_000 }, async (t) => {
    const { code, out } = await checked(t, { 'x.svc': text });
    assert.equal(code, 1);
    assert.match(out, /^x\.svc:\d+:\d+: error: syntax\n/);
    assert.ok(out.length < 250_000, `${out.length} characters`);
  });
}

test('10 MB of a comment are fine', { timeout: 300_000 }, async (t) => {
  const { code } = await checked(t, { 'x.svc': `// ${'x'.repeat(10_000_000)}\nmessage A { a: string = 1 }` });
  assert.equal(code, 0);
});

test('deep nesting ends in a finding', { timeout: 300_000 }, async (t) => {
  for (const text of [
    `message A { a: ${'map<string, '.repeat(20_000)}string${'>'.repeat(20_000)} = 1 }`,
    `message A { a: string${'[]'.repeat(20_000)} = 1 }`,
    `service a { config { x: json default ${'['.repeat(20_000)}${']'.repeat(20_000)} } }`,
  ]) {
    const { code, out, err } = await checked(t, { 'x.svc': text });
    assert.equal(code, 1, err);
    assert.match(out, /^x\.svc:1:\d+: error: /);
  }
});

test('CRLF, a byte order mark and letters of all kinds are fine, and columns count as editors count', async (t) => {
  const text = [
    '\ufeff/// Größe: 大きさ 👍',
    'message Größe { a: string = 1 }',
    'message A { a: string = 1 where one of ["ä", "大", "👍"] // ß',
    '  /* 👍 */ b: Nothing = 2 }',
  ];
  const { code, out } = await checked(t, { 'x.svc': text.filter((_, i) => i !== 1).join('\r\n') });
  assert.equal(code, 1);
  assert.match(out, /^x\.svc:3:15: error: unresolved-reference\n/);
});

test('two files with one package and clashing names: the later one is named, with the earlier', async (t) => {
  const { code, out } = await checked(t, {
    'a.svc': 'package p\nmessage M { a: string = 1 }',
    'b.svc': 'package p\n\nmessage M { b: string = 1 }',
  });
  assert.equal(code, 1);
  assert.match(out, /^b\.svc:3:9: error: duplicate-name\n/m);
  assert.match(out, /a\.svc:2:9/);
});

test('imports may go round in a circle', async (t) => {
  const { code, out } = await checked(t, {
    'a.svc': 'package a\nimport b.{B}\nmessage A { b: B? = 1 }',
    'b.svc': 'package b\nimport a.{A}\nmessage B { a: A? = 1 }',
  });
  assert.equal(code, 0, out);
});

test('files that cannot be read are all named', async (t) => {
  const { root, path } = await scratch(t, { 'a.svc': '' });
  await symlink(path('nowhere'), path('gone.svc'));
  await symlink(path('circle.svc'), path('circle.svc'));
  const { code, out, err } = await weir(root, 'check', '--format', 'json');
  assert.equal(code, 2);
  assert.equal(out, '');
  assert.match(err, /^gone\.svc: error: cannot read it: there is no such file or folder \(ENOENT\)$/m);
  assert.match(err, /^circle\.svc: error: cannot read it: its symbolic links go round in a circle \(ELOOP\)$/m);
});

test('a folder named like a source is looked into', async (t) => {
  const { code } = await checked(t, { 'x.svc/y.svc': 'message A { a: string = 1 }' });
  assert.equal(code, 0);
});

test('a path that is not there, and a folder without sources', async (t) => {
  const { root } = await scratch(t);
  assert.deepEqual(
    (await weir(root, 'check', 'nowhere')).err.replace(root, ''),
    '/nowhere: error: cannot open it: there is no such file or folder (ENOENT)\n',
  );
  const nothing = await weir(root, 'check');
  assert.equal(nothing.code, 2);
  assert.match(nothing.err, /there are no sources here \(looked for \*\*\/\*\.svc\)\n {2}help: `weir init`/);
});
