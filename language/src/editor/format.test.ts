import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LangiumDocument } from 'langium';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readModel } from '../syntax/read.ts';
import { createWeirServices } from '../syntax/services.ts';
import { formatText } from './format.ts';
import { DocumentFormatter } from './formatter.ts';

const example = readFileSync(new URL('../grammar/example.svc', import.meta.url), 'utf8');

function formatted(text: string): string {
  const result = formatText(text);
  assert.ok(result.text !== undefined, JSON.stringify(result.problems));
  return result.text;
}

test('one style: indentation, blocks at the ends of lines, neighbours aligned, comments below each other', () => {
  const ugly = `service   orders{
version 1.4.0   // now
 owner "a"// who
http    8080


   uses users,
 pricing with standard
rpc X( a:string=1,b : T [ ] ? = 2 )->stream Y throws A,B{ route GET /x/{id}
reads
calls a.B&c.D,
e.F * 3 ? with p{timeout 3s,retry none} }
}
resource ordersDb postgres { version 16 }
resource s redis { version 7 }`;
  assert.equal(
    formatted(ugly),
    `service orders {
  version 1.4.0  // now
  owner   "a"    // who
  http    8080

  uses users,
       pricing with standard
  rpc X(a: string = 1, b: T[]? = 2) -> stream Y throws A, B {
    route GET /x/{id}
    reads
    calls a.B & c.D,
          e.F * 3? with p { timeout 3s, retry none }
  }
}
resource ordersDb postgres { version 16 }
resource s        redis    { version 7 }
`,
  );
});

test('what stands below an annotation stands straight below it', () => {
  assert.equal(
    formatted(`@allow(orphan, "r")
@deprecated("r") service a { @deprecated("r")
rpc X() {}
@deprecated("r") rpc Y() {}
}
relation a -> b partnership
@allow(context-cycle, "r")
relation longer -> b conformist`),
    `@allow(orphan, "r")
@deprecated("r") service a {
  @deprecated("r")
  rpc X() {}
  @deprecated("r") rpc Y() {}
}
relation a -> b partnership
@allow(context-cycle, "r")
relation longer -> b conformist
`,
  );
});

test('a text with syntax errors is left alone, and the errors are told', () => {
  const { text, problems } = formatText('service {', 'x.svc');
  assert.equal(text, undefined);
  assert.equal(problems?.[0]?.at.file, 'x.svc');
});

test('an empty file stays empty; comments alone stay; CRLF stays', () => {
  assert.equal(formatted(''), '');
  assert.equal(formatted('\n\n// only this\n\n'), '// only this\n');
  assert.equal(formatted('message A {\r\na: int32 = 1 }\r\n'), 'message A {\r\n  a: int32 = 1\r\n}\r\n');
});

/** The tokens of the example, to be strung together anew. */
const tokens = createWeirServices()
  .weir.parser.Lexer.tokenize(example)
  .tokens.map(({ image }) => image);

const gap = fc.oneof(
  { weight: 12, arbitrary: fc.constant(' ') },
  { weight: 2, arbitrary: fc.constantFrom('\n', '\n\n\n', '   ', '\t') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(' // a comment\n', '\n// on its own\n', ' /* inside */ ', '\n/* two\n   lines */\n'),
  },
);

test('formatting is idempotent, keeps every comment, and leaves the meaning unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(gap, { minLength: tokens.length, maxLength: tokens.length }), async (gaps) => {
      const text = tokens.map((token, i) => token + gaps[i]).join('');
      const once = formatted(text);
      assert.equal(formatted(once), once);
      assert.deepEqual(comments(once), comments(text));
      assert.deepEqual(await meaning(once), await meaning(text));
    }),
    { numRuns: 60 },
  );
});

test('formatting a part changes nothing outside it, and leaves to the whole what it would have done', () => {
  const formatter = new DocumentFormatter();
  const part = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
  const gaps = fc.array(gap, { minLength: tokens.length, maxLength: tokens.length });
  fc.assert(
    fc.property(gaps, part, (between, [one, other]) => {
      const text = tokens.map((token, i) => token + between[i]).join('');
      const [from, to] = [one, other].map((share) => Math.floor(share * text.length)).sort((a, b) => a - b) as [
        number,
        number,
      ];
      const textDocument = TextDocument.create('file:///a.svc', 'weir', 1, text);
      const range = { start: textDocument.positionAt(from), end: textDocument.positionAt(to) };
      const edits = formatter.formatDocumentRange({ textDocument } as LangiumDocument, { range });
      const result = TextDocument.applyEdits(textDocument, edits);
      assert.equal(result.slice(0, from), text.slice(0, from));
      assert.equal(result.slice(result.length - (text.length - to)), text.slice(to));
      assert.equal(result.replace(/\s/g, ''), text.replace(/\s/g, ''));
      assert.equal(formatted(result), formatted(text));
    }),
    { numRuns: 40 },
  );
});

function comments(text: string): string[] {
  return text.match(/\/\/ (a comment|on its own)|\/\* inside \*\/|\/\* two\n {3}lines \*\//g) ?? [];
}

/** The model without places, and without problems, whose messages may quote them. */
async function meaning(text: string): Promise<unknown> {
  const { problems, ...model } = await readModel([{ path: 'a.svc', text }]);
  return JSON.parse(
    JSON.stringify({ ...model, problems: problems.map(({ rule, message }) => [rule, message]) }, (_, value) =>
      typeof value?.file === 'string' && value.start && value.end ? undefined : value,
    ),
  );
}
