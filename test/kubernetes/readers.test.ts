import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { yamlDocument } from '../../language/src/emit/yaml/write.ts';
import { succeed } from '../child.ts';
import { missing } from '../installed.ts';

/** Strings that some reader of YAML takes for something else: words, numbers, times, marks, breaks of lines. */
const odd = [
  ...[
    'on',
    'off',
    'yes',
    'no',
    'y',
    'n',
    'Y',
    'N',
    'true',
    'True',
    'null',
    'Null',
    '~',
    '',
    ' ',
    '<<',
    '=',
    '-',
    '?',
    ':',
  ],
  ...[
    '0',
    '017',
    '0o17',
    '0x1F',
    '0b11',
    '1e3',
    '1E3',
    'e0',
    'E-1',
    '.5',
    '5.',
    '+1',
    '-1',
    '1_000',
    '190:20:30',
    '12:30',
  ],
  ...['.inf', '-.INF', '.NaN', '2001-12-14', '2001-12-14t21:59:43.10-05:00', '1.40', '8080', '1E', '25%', '512Mi'],
  ...[
    'a: b',
    'a:',
    ':a',
    'a #b',
    '#a',
    '- a',
    '? a',
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a',
    '"a"',
    "'a'",
    '[a]',
  ],
  ...[
    '{a}',
    'a, b',
    '---',
    '...',
    '--- a',
    'a\\b',
    'a"b\'c',
    'a\n',
    '\na',
    'a\nb',
    'a\n\nb\n\n',
    ' a\nb',
    'a \nb',
    'a\r\nb',
  ],
  ...[
    'a\tb',
    '\ta\nb',
    'a\n---\nb',
    '\u0085',
    'a\u0085b',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\u{1f600}',
    'é',
    '漢字\u0301',
    '\u200d',
    '\u007f',
  ],
];

/** Control characters, and several lines that begin with a tab: Kustomize reads them, and then not what it wrote itself. */
const writtenByKustomize = odd.filter(
  (text) => !text.includes('\u007f') && !text.includes('\u0085') && !/^\t.*\n/.test(text),
);

/** An object with such strings where people's words stand. */
const configMapOf = (texts: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'odd',
    annotations: Object.fromEntries(texts.map((text, i) => [`weir.dev/odd-${i}`, text])),
  },
  data: Object.fromEntries(texts.map((text, i) => [`odd-${i}`, text])),
});

test('what Python reads is what was written', { skip: missing('pyyaml') }, async () => {
  const value = {
    ...configMapOf(odd),
    items: odd,
    nested: odd.map((text) => ({ [text]: text })),
    keys: Object.fromEntries(odd.map((text) => [text, text])),
  };
  const program = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read())))';
  const read = await succeed('/usr/bin/python3', ['-c', program], { input: yamlDocument(value) });
  assert.deepEqual(JSON.parse(read), value);
});

test('what Go reads, as kubectl and Kustomize do, is what was written', { skip: missing('kustomize') }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-readers-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const configMap = configMapOf(writtenByKustomize);
  writeFileSync(join(folder, 'odd.yaml'), yamlDocument(configMap));
  // A patch has the object read as data and written anew.
  const patch = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'odd' }, data: { on: 'yes' } };
  writeFileSync(join(folder, 'patch.yaml'), yamlDocument(patch));
  const kustomization = { resources: ['odd.yaml'], patches: [{ path: 'patch.yaml' }] };
  writeFileSync(join(folder, 'kustomization.yaml'), yamlDocument(kustomization));
  const built = parse(await succeed('kustomize', ['build', folder]));
  assert.deepEqual(built, { ...configMap, data: { ...configMap.data, on: 'yes' } });
});
