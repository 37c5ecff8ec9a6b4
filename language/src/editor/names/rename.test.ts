import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  DocumentHighlightKind,
  DocumentHighlightRequest,
  LinkedEditingRangeRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { scratch } from '../../project/scratch-fixture.ts';
import { readModel } from '../../syntax/read.ts';
import { Editor } from '../client-fixture.ts';
import { example, surroundings } from '../example-fixture.ts';

type Texts = Readonly<Record<string, string>>;

/** An editor that has all files of a project open, and changes them as it is told. */
class Workbench {
  readonly editor: Editor;
  texts: Texts;

  private constructor(editor: Editor, texts: Texts) {
    this.editor = editor;
    this.texts = texts;
  }

  static async open(t: TestContext, texts: Texts): Promise<Workbench> {
    const { root } = await scratch(t, { 'weir.json': '{}', ...texts });
    const editor = await Editor.start(t, root);
    for (const [path, text] of Object.entries(texts)) await editor.open(path, text);
    return new Workbench(editor, texts);
  }

  async rename(path: string, offset: number, newName: string): Promise<WorkspaceEdit | null> {
    const textDocument = { uri: this.editor.uri(path) };
    const position = TextDocument.create('a:a', 'weir', 0, this.texts[path] ?? '').positionAt(offset);
    return this.editor.connection.sendRequest(RenameRequest.type, { textDocument, position, newName });
  }

  async apply({ changes = {} }: WorkspaceEdit): Promise<void> {
    const texts: Record<string, string> = { ...this.texts };
    for (const [path, text] of Object.entries(texts)) {
      const edits = changes[this.editor.uri(path)];
      if (!edits) continue;
      texts[path] = TextDocument.applyEdits(TextDocument.create('a:a', 'weir', 0, text), edits);
      await this.editor.change(path, texts[path]);
    }
    this.texts = texts;
  }

  async problems(): Promise<string[]> {
    const sources = Object.entries(this.texts).map(([path, text]) => ({ path, text }));
    return (await readModel(sources)).problems.map(({ message }) => message);
  }

  offset(path: string, marked: string): number {
    const at = this.texts[path]?.indexOf(marked.replace('|', '')) ?? -1;
    assert.ok(at >= 0, marked);
    return at + marked.indexOf('|');
  }

  /** The file after a rename at a mark. */
  async renamed(path: string, marked: string, newName: string): Promise<Texts> {
    const edit = await this.rename(path, this.offset(path, marked), newName);
    assert.ok(edit, marked);
    await this.apply(edit);
    assert.deepEqual(await this.problems(), []);
    return this.texts;
  }

  async refused(path: string, marked: string, newName: string): Promise<string> {
    const answer = this.rename(path, this.offset(path, marked), newName);
    let message = '';
    await assert.rejects(answer, (error) => {
      assert.ok(error instanceof ResponseError);
      message = error.message;
      return true;
    });
    return message;
  }
}

const sources = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([path]) => path.endsWith('.svc')));

test('there and back: whatever is renamed in the example, no name is lost, and every byte is as it was after', async (t) => {
  const bench = await Workbench.open(t, sources({ ...surroundings, 'orders.svc': example }));
  const before = bench.texts;
  const seen = new Set<string>();
  for (const { index, 0: word } of example.matchAll(/[A-Za-z][\w-]*/g)) {
    const edit = await bench.rename('orders.svc', index, 'quiteNew').catch(() => null);
    const key = JSON.stringify(edit);
    if (!edit || seen.has(key)) continue;
    seen.add(key);
    await bench.apply(edit);
    assert.deepEqual(await bench.problems(), [], `after ${word} at ${index}`);
    const [path = '', offset = 0] = Object.entries(bench.texts).flatMap(([file, text]) => {
      const at = text.indexOf('quiteNew');
      return at < 0 ? [] : [file, at];
    }) as [string, number];
    const first = Object.values(edit.changes ?? {}).flat()[0];
    assert.ok(first);
    const old = oldText(before, edit, bench.editor);
    const back = await bench.rename(path, offset, old);
    assert.ok(back, `no way back from ${word} at ${index}`);
    await bench.apply(back);
    assert.deepEqual(bench.texts, before, `there and back of ${word}`);
  }
  assert.ok(seen.size > 60, String(seen.size));
});

function oldText(before: Texts, { changes = {} }: WorkspaceEdit, editor: Editor): string {
  for (const [path, text] of Object.entries(before)) {
    const [edit] = changes[editor.uri(path)] ?? [];
    if (edit) return TextDocument.create('a:a', 'weir', 0, text).getText(edit.range);
  }
  return assert.fail('nothing is changed');
}

const shop: Texts = {
  'users.svc': `package shop.users
message User { id: uuid = 1 }
event Renamed on bus key userId { userId: uuid = 1 }
resource bus nats
service users { http 80
  rpc GetUser(id: uuid = 1, name: string = 2) -> User { route GET /users/{id}  cache { ttl 1s  key [id, name] } }
}
`,
  'orders.svc': `package shop.orders
import shop.users.{users, User, Renamed}
message Order { user: User = 1 }
service orders { http 80
  uses users with { timeout 1s }
  rpc Place(id: uuid = 1) { idempotent by field id  calls users.GetUser with { cache { ttl 1s  key id } } }
  rpc Other() { calls shop.users.users.GetUser }
  on Renamed { dead-letter }
}
`,
};

test('a service, across files: in calls, imports and names in full', async (t) => {
  const bench = await Workbench.open(t, shop);
  const { 'orders.svc': orders = '' } = await bench.renamed('users.svc', 'service us|ers', 'people');
  assert.match(orders, /import shop\.users\.\{people, User, Renamed\}/);
  assert.match(orders, /uses people with/);
  assert.match(orders, /calls people\.GetUser with .*\n.*calls shop\.users\.people\.GetUser/);
});

test('an operation from one of its calls, an event from its handler, a package from an import', async (t) => {
  const bench = await Workbench.open(t, shop);
  await bench.renamed('orders.svc', 'calls users.Get|User', 'FindUser');
  await bench.renamed('orders.svc', 'on Ren|amed', 'Changed');
  const { 'orders.svc': orders = '', 'users.svc': users = '' } = await bench.renamed(
    'orders.svc',
    'import shop.us|ers',
    'shop.accounts',
  );
  assert.match(users, /^package shop\.accounts\n/);
  assert.match(orders, /import shop\.accounts\.\{users, User, Changed\}/);
  assert.match(orders, /calls shop\.accounts\.users\.FindUser/);
});

test('a parameter, in paths, keys and calls that name it; the key of an event', async (t) => {
  const bench = await Workbench.open(t, shop);
  const { 'users.svc': users = '', 'orders.svc': orders = '' } = await bench.renamed(
    'users.svc',
    'GetUser(i|d',
    'userId',
  );
  assert.match(users, /route GET \/users\/\{userId\} {2}cache \{ ttl 1s {2}key \[userId, name\]/);
  assert.match(orders, /idempotent by field id .* cache \{ ttl 1s {2}key userId \}/);
  const event = await bench.renamed('users.svc', 'key user|Id', 'whose');
  assert.match(event['users.svc'] ?? '', /event Renamed on bus key whose \{ whose: uuid = 1 \}/);
});

test('from where they are named as well: in paths, keys, defaults, constraints and environments', async (t) => {
  const text = `enum Level { unknown = 0, low = 1, high = 2 }
type Loud = Level
service a { http 80  config { log: Loud default low where one of [low, high] }
  rpc Get(id: uuid = 1, rest: string = 2) { route GET /a/{id}/b/{rest*}  cache { ttl 1s  key [id, rest] } }
  rpc Put(In) { idempotent by field sku  limit { rate 1/s  key field sku } }
}
message In { sku: string = 1 }
message Out { cents: int64 = 1  sub: Out[] = 2 }
service b { http 81  uses a  rpc Call() { calls a.Get with { cache { ttl 1s  key rest } } }
  rpc Sum() -> Out { fallback { cents: 1, sub: [{ cents: 2, "sub": [] }] } }
  rpc Ask() { calls b.Sum with { fallback { "cents": 3 } } } }
system s { environment prod { a { config { log low } } } }
`;
  const bench = await Workbench.open(t, { 'a.svc': text });
  const places = {
    id: ['/a/{i|d}', 'key [i|d'],
    rest: ['/{r|est*}', 'id, res|t]', 'key res|t }'],
    sku: ['by field sk|u', 'key field sk|u'],
    low: ['default lo|w', '[l|ow', 'log lo|w'],
    high: ['hig|h]'],
    cents: ['{ cent|s: 1', '{ cent|s: 2'],
    sub: ['su|b: [{'],
    log: ['prod { a { config { l|og'],
  };
  for (const [word, marks] of Object.entries(places)) {
    for (const marked of marks) {
      const renamed = await bench.renamed('a.svc', marked, 'quiteNew');
      assert.equal(renamed['a.svc'], text.replace(new RegExp(`\\b${word}\\b`, 'g'), 'quiteNew'), marked);
      await bench.renamed('a.svc', 'quite|New', word);
      assert.equal(bench.texts['a.svc'], text, `there and back from ${marked}`);
    }
  }
});

test('what is named in one declaration only is edited in all its places at once', async (t) => {
  const bench = await Workbench.open(t, shop);
  const linked = async (path: string, marked: string): Promise<string[] | undefined> => {
    const at = bench.editor.at(path, shop[path] ?? '', marked);
    const found = await bench.editor.connection.sendRequest(LinkedEditingRangeRequest.type, at);
    const document = TextDocument.create('a:a', 'weir', 0, shop[path] ?? '');
    return found?.ranges.map((range) =>
      document.getText({ ...range, end: { ...range.end, character: 999 } }).slice(0, 9),
    );
  };
  assert.deepEqual(await linked('users.svc', 'key user|Id'), ['userId: u', 'userId { ']);
  assert.deepEqual(await linked('users.svc', 'name|: string'), ['name: str', 'name] } }']);
  assert.deepEqual((await linked('orders.svc', 'by field i|d'))?.length, 2);
  assert.equal(await linked('users.svc', 'GetUser(i|d'), undefined, 'a call elsewhere names it as well');
  assert.equal(await linked('users.svc', 'message Us|er'), undefined);
});

test('a setting and the value of an enum, where environments and defaults name them', async (t) => {
  const text = `enum Level { unknown = 0, low = 1, high = 2 }
service a { http 80  config { log: Level default low where one of [low, high] } }
system s { environment prod { a { config { log low } } } }
`;
  const bench = await Workbench.open(t, { 'a.svc': text });
  await bench.renamed('a.svc', 'config { l|og: Level', 'verbosity');
  assert.deepEqual(await bench.renamed('a.svc', '0, l|ow = 1', 'quiet'), {
    'a.svc': text.replaceAll('low', 'quiet').replaceAll('log', 'verbosity'),
  });
});

test('refused: what is no name, what is taken, and what would change the meaning of a name', async (t) => {
  const bench = await Workbench.open(t, {
    ...shop,
    'more.svc': 'package shop.orders  import shop.users  message Clerk { user: User = 1 }  service clerks { http 1 }',
  });
  assert.match(await bench.refused('users.svc', 'message Us|er', 'a b'), /^`a b` is no name: /);
  assert.match(
    await bench.refused('users.svc', 'message Us|er', 'Renamed'),
    /^`shop\.users\.Renamed` is declared already\.$/,
  );
  assert.equal(await bench.refused('users.svc', 'GetUser(i|d', 'name'), 'There is a `name` beside it already.');
  assert.match(await bench.refused('orders.svc', 'rpc Pl|ace', 'Other'), /beside it already/);
  assert.match(
    await bench.refused('users.svc', 'message Us|er', 'Order'),
    /^`Order` would mean something else in orders\.svc\.$/,
  );
  assert.match(await bench.refused('orders.svc', 'package shop.or|ders', 'shop.users'), /^There is a package/);
});

test('references and highlights: of fields as well, from wherever they are named', async (t) => {
  const bench = await Workbench.open(t, shop);
  const at = bench.editor.at('users.svc', shop['users.svc'] ?? '', 'GetUser(i|d');
  const places = await bench.editor.connection.sendRequest(ReferencesRequest.type, {
    ...at,
    context: { includeDeclaration: false },
  });
  assert.equal(places?.length, 3);
  const highlights = await bench.editor.connection.sendRequest(DocumentHighlightRequest.type, at);
  assert.deepEqual(highlights?.map(({ kind }) => kind).sort(), [2, 2, 3]);
  const keyword = bench.editor.at('users.svc', shop['users.svc'] ?? '', 'mess|age');
  assert.equal(await bench.editor.connection.sendRequest(PrepareRenameRequest.type, keyword), null);
});

test('highlights tell where something is given a value: declared, published, set', async (t) => {
  const text = `event Paid on bus { id: uuid = 1 }
resource bus nats
service a { http 80  config { size: int32 default 1 }  rpc Pay() { publishes Paid }  on Paid {} }
system s { environment prod { a { config { size 2 } } } }
`;
  const bench = await Workbench.open(t, { 'a.svc': text });
  const kinds = async (marked: string): Promise<unknown> => {
    const at = bench.editor.at('a.svc', text, marked);
    const found = (await bench.editor.connection.sendRequest(DocumentHighlightRequest.type, at)) ?? [];
    const sorted = found.toSorted(
      (one, other) =>
        one.range.start.line - other.range.start.line || one.range.start.character - other.range.start.character,
    );
    return sorted.map(({ kind }) => kind);
  };
  const { Read, Write } = DocumentHighlightKind;
  assert.deepEqual(await kinds('on Pa|id {}'), [Write, Write, Read]);
  assert.deepEqual(await kinds('si|ze 2'), [Write, Write]);
  assert.deepEqual(await kinds('on b|us'), [Read, Write]);
});
