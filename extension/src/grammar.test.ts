import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const file = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

async function loadGrammar(): Promise<textmate.IGrammar> {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm'));
  await oniguruma.loadWASM(wasm);
  const path = '../syntaxes/weir.tmLanguage.json';
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => oniguruma.createOnigScanner(patterns),
      createOnigString: (text) => oniguruma.createOnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(file(path), path),
  });
  return (await registry.loadGrammar('source.weir')) ?? assert.fail('there is no grammar');
}

const grammar = await loadGrammar();

/** The pieces of a text that are coloured, each with its innermost scope (without `.weir`). */
function coloured(text: string): string[] {
  let state = textmate.INITIAL;
  return text.split('\n').flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    const pieces: { text: string; scope: string }[] = [];
    for (const { startIndex, endIndex, scopes } of tokens) {
      const scope = (scopes.at(-1) ?? '').replace(/\.weir$/, '');
      const last = pieces.at(-1);
      if (last?.scope === scope) last.text += line.slice(startIndex, endIndex);
      else pieces.push({ text: line.slice(startIndex, endIndex), scope });
    }
    return pieces.flatMap((piece) => {
      const isPlain = piece.scope === 'source' || piece.text.trim() === '';
      return isPlain ? [] : [`${piece.text.trim()} ${piece.scope}`];
    });
  });
}

test('comments, documentation, strings and annotations', () => {
  assert.deepEqual(coloured('/// Docs. {\nenum A { a = 0 } // why "not"'), [
    '/// punctuation.definition.comment',
    'Docs. { comment.line.documentation',
    'enum storage.type',
    'A entity.name.type',
    'a variable.other.enummember',
    '= keyword.operator',
    '0 constant.numeric',
    '// punctuation.definition.comment',
    'why "not" comment.line.double-slash',
  ]);
  assert.deepEqual(coloured('/* a\n"b" */ owner "a\\"b"'), [
    '/* a comment.block',
    '"b" */ comment.block',
    'owner keyword.other',
    '"a string.quoted.double',
    '\\" constant.character.escape',
    'b" string.quoted.double',
  ]);
  assert.deepEqual(coloured('@allow(call-cycle, "as meant")\n@deprecated policy p { retry none }'), [
    '@ punctuation.definition.annotation',
    'allow storage.type.annotation',
    'call-cycle constant.other.rule',
    '"as meant" string.quoted.double',
    '@ punctuation.definition.annotation',
    'deprecated storage.type.annotation',
    'policy storage.type',
    'p entity.name.type.policy',
    'retry keyword.other',
    'none constant.language',
  ]);
});

test('quantities have their units apart, versions and percentiles are wholes', () => {
  assert.deepEqual(
    coloured('backoff 25ms..1.5s budget 20% rate 200/s memory 256Mi version 1.4.0-rc.1 latency p99.9 1min'),
    [
      'backoff keyword.other',
      '25 constant.numeric',
      'ms keyword.other.unit',
      '.. keyword.operator.range',
      '1.5 constant.numeric',
      's keyword.other.unit',
      'budget keyword.other',
      '20 constant.numeric',
      '% keyword.other.unit',
      'rate keyword.other',
      '200 constant.numeric',
      '/s keyword.other.unit',
      'memory keyword.other',
      '256 constant.numeric',
      'Mi keyword.other.unit',
      'version keyword.other',
      '1.4.0-rc.1 constant.numeric.version',
      'latency keyword.other',
      'p99.9 constant.numeric.percentile',
      '1 constant.numeric',
      'min keyword.other.unit',
    ],
  );
});

test('operations: names, types, routes, calls; a field may have the name of a keyword', () => {
  assert.deepEqual(
    coloured(
      '  rpc Get(timeout: int32 = 1) -> stream common.Order throws Gone {\n    route GET /v1/o/{id}/x\n    calls users.Get & a-b.Do * 3',
    ),
    [
      'rpc storage.type',
      'Get entity.name.function',
      'timeout variable.other.property',
      ': punctuation.separator',
      'int32 support.type.primitive',
      '= keyword.operator',
      '1 constant.numeric',
      '-> keyword.operator.arrow',
      'stream storage.modifier',
      'common. entity.name.namespace',
      'Order entity.name.type',
      'throws keyword.control',
      'Gone entity.name.type',
      'route keyword.other',
      'GET variable.other.constant.method',
      '/v1/o/ string.unquoted.path',
      '{ punctuation.definition.parameter',
      'id variable.parameter',
      '} punctuation.definition.parameter',
      '/x string.unquoted.path',
      'calls keyword.control',
      'users. variable.other',
      'Get entity.name.function.call',
      '& keyword.operator',
      'a-b. variable.other',
      'Do entity.name.function.call',
      '* keyword.operator',
      '3 constant.numeric',
    ],
  );
});

test('every keyword of the language has a colour, and no keyword of the grammar is none of the language', () => {
  const rules = file('../../language/src/grammar/weir.langium').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const words = [...rules.matchAll(/'([a-z][a-z0-9-]*)'/g)].map(([, word]) => word as string);
  const plain = words.filter((word) => coloured(word).length === 0);
  assert.deepEqual([...new Set(plain)], []);
  const known = new Set([...words, 'true', 'false', 'null']);
  const { repository } = JSON.parse(file('../syntaxes/weir.tmLanguage.json'));
  const listed = repository.keywords.patterns.flatMap(({ match }: { match: string }) => {
    return /\(([a-z0-9|-]+)\)/.exec(match)?.[1]?.split('|') ?? [];
  });
  assert.deepEqual(
    listed.filter((word: string) => !known.has(word)),
    [],
  );
});

test('the example of the language has no stretch that is taken for a string or a comment by mistake', () => {
  const text = file('../../language/src/grammar/example.svc');
  const pieces = coloured(text);
  const isText = (piece: string): boolean => / (string|comment)\.\S*$/.test(piece);
  assert.deepEqual(
    pieces.filter((piece) => piece.includes('"') && !isText(piece)),
    [],
  );
  const expected = text.split('\n').filter((line) => line.includes('//') && !line.includes('://')).length;
  const comments = pieces.filter((piece) => piece.startsWith('//'));
  assert.equal(comments.length, expected);
});
