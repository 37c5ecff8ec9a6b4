import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { CodeActionRequest, DiagnosticSeverity } from 'vscode-languageserver-protocol/node';
import type { CheckReport } from '../language/src/cli/print/json.ts';
import { weir } from '../language/src/cli/weir-fixture.ts';
import { Editor } from '../language/src/editor/client-fixture.ts';
import { check, type Diagnostic, fullMessage, readModel } from '../language/src/index.ts';
import { scratch } from '../language/src/project/scratch-fixture.ts';
import { mutate, seeded } from './mutate.ts';

const bin = fileURLToPath(new URL('../language/bin/weir.js', import.meta.url));
const gallery = fileURLToPath(new URL('../examples/outages', import.meta.url));
const shop = fileURLToPath(new URL('../examples/shop', import.meta.url));
const example = readFileSync(new URL('../language/src/grammar/example.svc', import.meta.url), 'utf8');

/** The texts of a project, by path. */
async function textsIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => /\.(svc|json)$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]));
}

/** A finding as both can be asked for it: columns and lines from 1, files by URI. */
interface Told {
  readonly file: string;
  readonly rule: unknown;
  readonly severity: string;
  readonly message: unknown;
  readonly range: readonly number[];
  readonly related: readonly unknown[];
}

/** What `weir check --format json` says in a folder. */
async function byCommandLine(root: string): Promise<Told[]> {
  const answer = await promisify(execFile)(process.execPath, [bin, 'check', '--format', 'json'], {
    cwd: root,
    maxBuffer: 1 << 28,
  }).catch((error: { code: number; stdout: string }) => error);
  return reported(answer.stdout, root);
}

function reported(report: string, root: string): Told[] {
  const { diagnostics } = JSON.parse(report) as CheckReport;
  const uri = (file: string): string => pathToFileURL(`${root}/${file}`).href;
  return diagnostics.map(({ file, rule, severity, message, range: { start, end }, related }) => ({
    file: uri(file),
    rule,
    severity,
    message,
    range: [start.line, start.column, end.line, end.column],
    related: related.map((one) => [one.message, uri(one.file), one.range.start.line, one.range.start.column]),
  }));
}

const severities = new Map<DiagnosticSeverity | undefined, string>([
  [DiagnosticSeverity.Error, 'error'],
  [DiagnosticSeverity.Warning, 'warning'],
  [DiagnosticSeverity.Hint, 'hint'],
]);

/** What the server has published, once it has taken up all that it was told. */
async function byServer(editor: Editor, open: string): Promise<Told[]> {
  const nowhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  // What is published for the last change is written before the answer to this.
  await editor.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: editor.uri(open) },
    range: nowhere,
    context: { diagnostics: [] },
  });
  return [...editor.published.values()].flatMap(({ uri, diagnostics }) =>
    diagnostics.map(({ code, severity, message, range: { start, end }, relatedInformation = [] }) => ({
      file: uri,
      rule: code,
      severity: severities.get(severity) ?? 'none',
      message,
      range: [start.line + 1, start.character + 1, end.line + 1, end.character + 1],
      related: relatedInformation.map(({ message: words, location }) => [
        words,
        location.uri,
        location.range.start.line + 1,
        location.range.start.character + 1,
      ]),
    })),
  );
}

const sorted = (told: readonly Told[]): string[] => told.map((one) => JSON.stringify(one)).sort();

async function assertOneEngine(editor: Editor, root: string, open: string): Promise<readonly Told[]> {
  const expected = await byCommandLine(root);
  assert.deepEqual(sorted(await byServer(editor, open)), sorted(expected));
  return expected;
}

test('the example is as clean in the editor as on the command line', async (t) => {
  const project = await scratch(t);
  await cp(`${shop}/svc`, project.path('svc'), { recursive: true });
  const open = 'svc/ordering.svc';
  const editor = await Editor.start(t, project.root);
  await editor.open(open, readFileSync(project.path(open), 'utf8'));
  await assertOneEngine(editor, project.root, open);
});

test('a project in which much is wrong, in open and closed files, has the same findings', async (t) => {
  const files = {
    'weir.json': '{ "uses": ["../common"], "rules": { "missing-timeout": "error", "unused": "off" } }',
    'example.svc': example,
    'windows.svc':
      '\uFEFFpackage shop.dos\r\nimport shop.common\r\n// 😀 é\r\nmessage A { /* 😀 */ a: Nothing = 1, b: Money = 1 }\r\n',
    'half.svc': 'package shop.half\nservice half {\n  grpc 9090\n  rpc A() { calls half.B, \n',
    'below/users.svc': 'package shop.users\nservice users { grpc 9090\n  rpc Loop() { calls users.Loop }\n}\n',
    'empty.svc': '',
  };
  const common = {
    'weir.json': '{}',
    'money.svc': 'package shop.common\nmessage Money { units: int64 = 0 }\nmessage Idle {}\n',
  };
  const inside = (folder: string, texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${folder}/${name}`, text]));
  const project = await scratch(t, { ...inside('shop', files), ...inside('common', common) });
  const editor = await Editor.start(t, project.path('shop'));
  await editor.open('half.svc', files['half.svc']);
  const found = await assertOneEngine(editor, project.path('shop'), 'half.svc');
  assert.ok(found.length > 10, 'much is wrong');
  assert.ok(found.some(({ file }) => file.includes('/common/money.svc')));
});

test('many projects, clean and broken: the outages, mended and not, and the example with wounds', async (t) => {
  const projects = new Map<string, Record<string, string>>();
  const outages = await readdir(gallery, { withFileTypes: true });
  for (const { name } of outages.filter((entry) => entry.isDirectory())) {
    for (const state of ['broken', 'mended'])
      projects.set(`${name}-${state}`, await textsIn(`${gallery}/${name}/${state}`));
  }
  const whole = await textsIn(`${shop}/svc`);
  const paths = Object.keys(whole);
  for (let seed = 0; seed < 24; seed++) {
    const random = seeded(seed);
    const path = paths[seed % paths.length] ?? assert.fail();
    const wounded = mutate(whole[path] ?? '', random)
      .replaceAll('\0', '')
      .replaceAll('\uFEFF', '');
    projects.set(`shop-${seed}`, { 'weir.json': '{}', ...whole, [path]: wounded });
  }
  const all = [...projects].flatMap(([name, texts]) => {
    return Object.entries(texts).map(([path, text]): [string, string] => [`${name}/${path}`, text]);
  });
  const project = await scratch(t, Object.fromEntries(all));
  const editor = await Editor.start(t, project.root);
  const rules = new Set<unknown>();
  for (const [name, texts] of projects) {
    const own = Object.keys(texts).filter((path) => path.endsWith('.svc'));
    const open = own[name.length % own.length] ?? assert.fail(name);
    await editor.open(`${name}/${open}`, texts[open] ?? '');
    const published = await byServer(editor, `${name}/${open}`);
    const { out } = await weir(project.path(name), 'check', '--format', 'json');
    const expected = reported(out, project.path(name));
    for (const { rule } of expected) rules.add(rule);
    const here = published.filter(({ file }) => file.startsWith(`${editor.uri(name)}/`));
    assert.deepEqual(sorted(here), sorted(expected), name);
  }
  assert.ok(rules.size > 12, [...rules].join(' '));
});

test('after any edits the findings are those of a fresh check', async (t) => {
  const start: Record<string, string> = {
    'example.svc': example,
    'money.svc': 'package shop.common\nmessage Money { units: int64 = 1 }\ntype UserId = uuid\n',
    'users.svc': 'package shop.users\nservice users { grpc 9090\n  rpc GetUser(id: uuid = 1) { reads }\n}\n',
  };
  const { root } = await scratch(t, start);
  const editor = await Editor.start(t, root);
  const names = Object.keys(start);
  const now = { ...start };
  for (const name of names) await editor.open(name, start[name] as string);
  for (let seed = 0; seed < 40; seed++) {
    const random = seeded(seed);
    const name = names[Math.floor(random() * names.length)] as string;
    // Now and then all is well again, so that names come back as well as go.
    const text = random() < 0.3 ? (start[name] as string) : mutate(now[name] as string, random);
    now[name] = text.replaceAll('\0', '').replaceAll('\uFEFF', '');
    await editor.change(name, now[name]);
    if (random() < 0.3) continue;
    const model = await readModel(Object.entries(now).map(([path, content]) => ({ path, text: content })));
    const fresh = check(model).map((found) => told(found, editor));
    assert.deepEqual(sorted(await byServer(editor, name)), sorted(fresh), `seed ${seed}, ${name}`);
  }
});

function told(found: Diagnostic, editor: Editor): Told {
  const { rule, severity, at, related } = found;
  return {
    file: editor.uri(at.file),
    rule,
    severity,
    message: fullMessage(found),
    range: [at.start.line, at.start.column, at.end.line, at.end.column],
    related: related.map((one) => [one.message, editor.uri(one.at.file), one.at.start.line, one.at.start.column]),
  };
}
