import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { test } from 'node:test';
import { DefinitionRequest, LocationLink } from 'vscode-languageserver-protocol/node';
import { scratch } from '../../project/scratch-fixture.ts';
import { Editor, rules } from '../client-fixture.ts';

const money = 'package shop.common\nmessage Money { units: int64 = 1 }\nmessage Idle { a: bool = 1 }\n';
const price =
  'package shop.prices\nimport shop.common\nmessage Price { money: Money = 1 }\nevent Priced { price: Price = 1 }\n';
const off = '{ "rules": { "unused": "off" } }';

test('a project within another is one of its own: they do not see each other', async (t) => {
  const { root } = await scratch(t, {
    'weir.json': off,
    'money.svc': money,
    'inner/weir.json': off,
    'inner/price.svc': price,
  });
  const editor = await Editor.start(t, root);
  await editor.open('inner/price.svc', price);
  const found = await editor.until('inner/price.svc', (all) => all.length > 0);
  assert.deepEqual(rules(found), ['unresolved-reference', 'unresolved-reference']);
  assert.ok(!editor.published.has(editor.uri('money.svc')));
  await editor.open('money.svc', `${money}message Price { a: Nothing = 1 }`);
  await editor.until('money.svc', (all) => all.length === 1);
});

test('a project sees those that it uses, and their own findings come when they are opened', async (t) => {
  const uses = off.replace('{', '{ "uses": ["../common"],');
  const { root } = await scratch(t, {
    'common/weir.json': '{ "rules": { "unused": "warning" } }',
    'common/money.svc': money,
    'prices/weir.json': uses,
    'prices/price.svc': price,
  });
  const editor = await Editor.start(t, root);
  await editor.open('prices/price.svc', price);
  await editor.until('prices/price.svc', (all) => all.length === 0);
  const at = editor.at('prices/price.svc', price, 'money: Mon|ey');
  const found = await editor.connection.sendRequest(DefinitionRequest.type, at);
  assert.ok(Array.isArray(found) && LocationLink.is(found[0]));
  assert.equal(found[0].targetUri, editor.uri('common/money.svc'));
  assert.deepEqual(editor.diagnostics('common/money.svc'), []);

  await editor.open('common/money.svc', money);
  const idle = await editor.until('common/money.svc', (all) => all.length > 0);
  assert.deepEqual(rules(idle), ['unused', 'unused']);
  await editor.change('common/money.svc', money.replace('Money', 'Coin'));
  await editor.until('prices/price.svc', (all) => rules(all).includes('unresolved-reference'));
});

test('without settings the project is the folder of the opened file, and that above it once that is opened', async (t) => {
  const { root } = await scratch(t, { 'money.svc': money, 'below/price.svc': price });
  const editor = await Editor.start(t, root);
  await editor.open('below/price.svc', price);
  await editor.until('below/price.svc', (all) => rules(all).includes('unresolved-reference'));
  await editor.open('money.svc', money);
  await editor.until('below/price.svc', (all) => !rules(all).includes('unresolved-reference'));
});

test('a file that its project leaves out stands with its neighbours', async (t) => {
  const { root } = await scratch(t, {
    'weir.json': '{ "include": ["src/**/*.svc"] }',
    'src/a.svc': 'message A { a: int32 = 1 }',
    'samples/money.svc': money,
    'samples/price.svc': price,
  });
  const editor = await Editor.start(t, root);
  await editor.open('samples/price.svc', price);
  const found = await editor.until('samples/price.svc', () => true);
  assert.ok(!rules(found).includes('unresolved-reference'), rules(found).join(' '));
});

test('files keep the names by which the editor came to them, over links as well', async (t) => {
  const project = await scratch(t, { 'real/weir.json': off, 'real/money.svc': money, 'real/price.svc': price });
  await symlink(project.path('real'), project.path('link'));
  const editor = await Editor.start(t, project.root);
  await editor.open('link/price.svc', price);
  await editor.until('link/price.svc', (all) => all.length === 0);
  await editor.change('link/price.svc', 'package shop.common\nmessage Money { a: bool = 1 }\n');
  const found = await editor.until('link/price.svc', (all) => rules(all).includes('duplicate-name'));
  assert.equal(found[0]?.relatedInformation?.[0]?.location.uri, editor.uri('link/money.svc'));
});

test('where a file cannot be read it says so, and the others are read as far as that is certain', async (t) => {
  const { root } = await scratch(t, {
    'weir.json': off,
    'money.svc': Buffer.from([0, 1, 2]),
    'price.svc': price,
  });
  const editor = await Editor.start(t, root);
  await editor.open('price.svc', `${price}message {`);
  const [fault] = await editor.until('money.svc', (all) => all.length > 0);
  assert.match(String(fault?.message), /^the file is not text: a zero byte at offset 0\n/);
  const found = await editor.until('price.svc', (all) => all.length > 0);
  assert.deepEqual(new Set(rules(found)), new Set(['syntax']));
});
