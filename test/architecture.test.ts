import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';

const root = fileURLToPath(new URL('..', import.meta.url));
const { default: configuration } = (await import(new URL('../.dependency-cruiser.mjs', import.meta.url).href)) as {
  default: IConfiguration;
};

/** For each rule a file that breaks it, and what it imports. */
const planted: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'only-syntax-editor-and-the-builder-know-langium': {
    'language/src/cli/bad.ts': "import '../grammar/generated/ast.ts';",
    'language/src/grammar/generated/ast.ts': '',
  },
  'rooms-are-entered-from-the-left': {
    'language/src/model/bad.ts': "import '../rules/index.ts';",
    'language/src/rules/index.ts': '',
  },
  'pure-rooms-know-only-the-model': {
    'language/src/emit/bad.ts': "import '../project/build.ts';",
    'language/src/project/build.ts': '',
  },
  'pure-rooms-touch-nothing-outside': { 'language/src/diagram/bad.ts': "import 'node:process';" },
  'only-project-touches-the-disk': { 'language/src/cli/bad.ts': "import 'node:fs/promises';" },
  'the-runtime-never-imports-the-language': {
    'runtime/src/bad.ts': "import '../../language/src/index.ts';",
    'language/src/index.ts': '',
  },
  'the-extension-knows-nothing-of-the-language': {
    'extension/src/bad.ts': "import '../../language/src/index.ts';",
    'language/src/index.ts': '',
  },
  'policies-get-their-clock': { 'runtime/src/policy/bad.ts': "import 'node:timers/promises';" },
  'simulations-touch-nothing-outside': {
    'runtime/src/simulation/bad.ts': "import '../server/ports.ts';",
    'runtime/src/server/ports.ts': '',
  },
};

test('each invariant over the import graph finds its planted violation', async () => {
  const names = (configuration.forbidden ?? []).map(({ name }) => name ?? '');
  assert.deepEqual(Object.keys(planted).sort(), names.sort());
  for (const [name, files] of Object.entries(planted)) {
    assert.deepEqual(await violations(files), [name], name);
  }
});

test('a tree that keeps the invariants has no violations', async () => {
  const files = { 'language/src/rules/good.ts': "import '../model/model.ts';", 'language/src/model/model.ts': '' };
  assert.deepEqual(await violations(files), []);
});

test('policies and simulations reach for no clock and no randomness but what they are given', () => {
  // The clocks themselves, and the face for use by hand, which names the defaults.
  const allowed = /(\.test|-fixture|\/clock|\/virtual-clock|\/scheduler|\/policy)\.ts$/;
  const sources = globSync('runtime/src/{policy,simulation}/**/*.ts', { cwd: root }).filter(
    (path) => !allowed.test(path),
  );
  assert.ok(sources.length > 10);
  const reaching = sources.filter((path) =>
    /\b(Date\.now|new Date\(\)|performance\.now|setTimeout|setInterval|setImmediate|Math\.random|process\.hrtime)\b/.test(
      withoutComments(readFileSync(join(root, path), 'utf8')),
    ),
  );
  assert.deepEqual(reaching, []);
});

async function violations(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-architecture-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const options = { ...configuration.options, ruleSet: configuration, validate: true, baseDir: folder };
    const { output } = await cruise(Object.keys(files), options);
    return [...new Set((output as ICruiseResult).summary.violations.map(({ rule }) => rule.name))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
