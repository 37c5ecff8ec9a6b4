import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { Ajv, type ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { appliedRules, withSeverities } from '../../project/rule-settings.ts';
import { check, type Diagnostic } from '../../rules/index.ts';
import { readModel, type SourceText } from '../../syntax/read.ts';
import { printGithub } from './github.ts';
import { printJson } from './json.ts';
import { printRules, printRulesJson } from './rules.ts';
import { printSarif, type SarifOptions } from './sarif.ts';
import { printText } from './text.ts';

const sources: readonly SourceText[] = [
  {
    path: 'svc/a b#.svc',
    text: `package shop
service a { grpc 80  uses b  rpc Ask() { calls b.Answer } }
@allow(enum-zero, "old") enum E { x = 0 }
`,
  },
  {
    path: 'b.svc',
    text: `package shop
service b { grpc 81  uses c  rpc Answer() { calls c.Last, d.Other } }
service c { grpc 82  uses a  rpc Last() { calls a.Ask } }
service d { grpc 83 rpc Other() }
policy p { timeout 5m }
policy q { timeout 5m }
`,
  },
  { path: 'c.svc', text: 'message M { n: N = 1 }\nmessage N { m: M = 1 }\nmessage O { m: Nothing = 1 }\nmessage {' },
];

let found: readonly Diagnostic[];
let options: SarifOptions;
let valid: ValidateFunction;

before(async () => {
  found = check(await readModel(sources));
  const settings = withSeverities({ rules: {} }, { 'call-cycle': 'hint', unused: 'off' });
  options = { version: '1.2.3', rules: await appliedRules(settings, 'with pages') };
  const schema = readFileSync(new URL('fixtures/sarif-schema-2.1.0.json', import.meta.url), 'utf8');
  const formats = {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => URL.canParse(text, 'http://x/') && !/[\s"<>\\^`{|}]/.test(text),
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  };
  valid = new Ajv({ allErrors: true, strict: false, formats }).compile(JSON.parse(schema));
});

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: object; readonly region: object };
    readonly logicalLocations?: object;
  }[];
  readonly relatedLocations?: readonly object[];
  readonly codeFlows?: readonly {
    readonly threadFlows: readonly {
      readonly locations: readonly { readonly location: { readonly message: { readonly text: string } } }[];
    }[];
  }[];
  readonly fixes?: readonly { readonly artifactChanges: readonly object[] }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly baselineState?: string;
}

/** Prints as SARIF, sees that it is valid, and gives the only run. */
function sarif(diagnostics: readonly Diagnostic[], more: Partial<SarifOptions> = {}) {
  const log = JSON.parse(printSarif(diagnostics, { ...options, ...more }));
  valid(log);
  assert.deepEqual(valid.errors, null);
  assert.equal(log.runs.length, 1);
  return log.runs[0] as {
    readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } };
    readonly columnKind: string;
    readonly invocations: readonly { readonly ruleConfigurationOverrides?: readonly object[] }[];
    readonly results: readonly Result[];
  };
}

const resultsOf = (rule: string, results: readonly Result[]): readonly Result[] =>
  results.filter(({ ruleId }) => ruleId === rule);

test('SARIF is valid, of nothing and of findings of all kinds', () => {
  assert.deepEqual(sarif([]).results, []);
  const { results, columnKind } = sarif(found);
  assert.equal(results.length, found.length);
  assert.equal(columnKind, 'utf16CodeUnits');
  const rules = new Set(results.map(({ ruleId }) => ruleId));
  for (const rule of ['syntax', 'unresolved-reference', 'unit', 'call-cycle', 'infinite-type', 'unused-allow'])
    assert.ok(rules.has(rule), rule);
});

test('SARIF describes every rule, with its page, and says what the settings changed', () => {
  const { tool, invocations, results } = sarif(found);
  const { rules } = tool.driver;
  for (const { ruleId, ruleIndex } of results) assert.equal(rules[ruleIndex]?.id, ruleId);
  const index = rules.findIndex(({ id }) => id === 'call-cycle');
  const { help, shortDescription, defaultConfiguration } = rules[index] ?? assert.fail();
  assert.match((help as { markdown: string }).markdown, /^# call-cycle\n/);
  assert.deepEqual(shortDescription, { text: 'Operations that call each other in a loop.' });
  assert.deepEqual(defaultConfiguration, { level: 'error' });
  const unused = rules.findIndex(({ id }) => id === 'unused');
  assert.deepEqual(invocations[0]?.ruleConfigurationOverrides, [
    { descriptor: { id: 'unused', index: unused }, configuration: { enabled: false } },
    { descriptor: { id: 'call-cycle', index }, configuration: { level: 'note' } },
  ]);
});

test('a path is a code flow from the finding on; other related places are none', () => {
  const { results } = sarif(found);
  const [loop] = resultsOf('call-cycle', results);
  const hops = loop?.codeFlows?.[0]?.threadFlows[0]?.locations.map(({ location }) => location.message.text) ?? [];
  assert.match(hops[0] ?? '', /comes back to it/);
  assert.deepEqual(hops.slice(1), ['`c.Last` calls `a.Ask`', '`a.Ask` calls `b.Answer`']);
  assert.equal(loop?.relatedLocations?.length, 2);
  assert.equal(loop?.level, 'error');
  assert.equal(resultsOf('infinite-type', results)[0]?.codeFlows?.length, 1);
  const others = results.filter(({ ruleId }) => !['call-cycle', 'infinite-type'].includes(ruleId));
  assert.ok(others.every(({ codeFlows }) => codeFlows === undefined));
});

test('places are escaped URIs below the root, with columns, and say what they stand in', () => {
  const [allow] = resultsOf('unused-allow', sarif(found, { path: (file) => `sub/${file}` }).results);
  assert.deepEqual(allow?.locations, [
    {
      physicalLocation: {
        artifactLocation: { uri: 'sub/svc/a%20b%23.svc', uriBaseId: '%SRCROOT%' },
        region: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 25 },
      },
      logicalLocations: [{ fullyQualifiedName: 'shop.E' }],
    },
  ]);
});

test('fixes are changes of files', () => {
  const [unit] = resultsOf('unit', sarif(found).results);
  assert.deepEqual(unit?.fixes, [
    {
      description: { text: 'Write `5min`' },
      artifactChanges: [
        {
          artifactLocation: { uri: 'b.svc', uriBaseId: '%SRCROOT%' },
          replacements: [
            {
              deletedRegion: { startLine: 5, startColumn: 20, endLine: 5, endColumn: 22 },
              insertedContent: { text: '5min' },
            },
          ],
        },
      ],
    },
  ]);
});

test('fingerprints stay when lines move, and tell findings apart', async () => {
  const prints = (results: readonly Result[]): string[] =>
    results.map(({ partialFingerprints }) => partialFingerprints['weirFinding/v1'] ?? '').sort();
  const own = prints(sarif(found).results);
  assert.equal(new Set(own).size, found.length);
  const moved = sources.map(({ path, text }) => ({ path, text: text.replaceAll('\n', '\n\n// moved\n') }));
  assert.deepEqual(prints(sarif(check(await readModel(moved))).results), own);
});

test('with a baseline each result says whether it is new', () => {
  assert.ok(sarif(found).results.every(({ baselineState }) => baselineState === undefined));
  const { results } = sarif(found, { known: new Set(found.slice(1)) });
  assert.deepEqual(
    results.map(({ baselineState }) => baselineState),
    found.map((_, i) => (i === 0 ? 'new' : 'unchanged')),
  );
});

const strange: Diagnostic = {
  rule: 'syntax',
  severity: 'hint',
  message: '100 %,\r\nwrong: really',
  hint: 'Mend it.',
  at: { file: 'a,b:c%.svc', start: { line: 2, column: 3 }, end: { line: 2, column: 8 } },
  related: [],
  fixes: [],
  docs: 'docs/rules/syntax.md',
};

test('annotations of GitHub: one line each, with nothing in it that would end it', () => {
  assert.equal(
    printGithub([strange]),
    '::notice file=a%2Cb%3Ac%25.svc,line=2,endLine=2,col=3,endColumn=7,title=syntax::100 %25,%0D%0Awrong: really%0AMend it.\n',
  );
  const long = { ...strange, severity: 'error', at: { ...strange.at, end: { line: 4, column: 2 } } } as const;
  assert.match(
    printGithub([long], (file) => `sub/${file}`),
    /^::error file=sub\/\S+,line=2,endLine=4,title=syntax::/,
  );
  assert.equal(printGithub([]), '');
  assert.equal(printGithub(found).split('\n').length, found.length + 1);
});

test('the rules as a list, for people and for programs', async () => {
  const rules = await appliedRules({ rules: { 'call-cycle': ['warning'], unused: 'off' } });
  const lines = printRules(rules).split('\n');
  assert.match(
    lines.find((line) => line.startsWith('call-cycle')) ?? '',
    /^call-cycle +warning\* +topology +operations/,
  );
  assert.match(
    lines.find((line) => line.startsWith('unused ')) ?? '',
    /^unused +off\* +names and types +fix +an import/,
  );
  assert.match(
    lines.find((line) => line.startsWith('enum-zero')) ?? '',
    /^enum-zero +error +names and types +fix +an enum/,
  );
  assert.equal(lines.at(-2), '* changed by the settings');
  assert.ok(lines.every((line) => line === line.trimEnd()));
  const list = JSON.parse(printRulesJson(rules));
  assert.equal(list.version, 1);
  assert.deepEqual(
    list.rules.find(({ name }: { name: string }) => name === 'call-cycle'),
    {
      name: 'call-cycle',
      severity: 'warning',
      default: 'error',
      group: 'topology',
      summary: 'operations that call each other in a loop',
      fixable: false,
      thresholds: {},
      docs: 'docs/rules/call-cycle.md',
    },
  );
});

test('whatever the order of the files, each format has the same bytes', async () => {
  const formats: Readonly<Record<string, (diagnostics: readonly Diagnostic[]) => string>> = {
    text: (diagnostics) => printText(diagnostics, sources, { colour: true, width: 80 }),
    json: (diagnostics) => printJson(diagnostics),
    github: (diagnostics) => printGithub(diagnostics),
    sarif: (diagnostics) => printSarif(diagnostics, options),
  };
  const expected = Object.entries(formats).map(([name, print]) => [name, print(found)]);
  const order = fc.shuffledSubarray([...sources], { minLength: sources.length });
  await fc.assert(
    fc.asyncProperty(order, async (shuffled) => {
      const again = check(await readModel(shuffled));
      assert.deepEqual(
        Object.entries(formats).map(([name, print]) => [name, print(again)]),
        expected,
      );
    }),
    { numRuns: 10 },
  );
});
