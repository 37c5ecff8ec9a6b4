import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { script } from '../../../language/src/diagram/page/generated/script.ts';

const page = new URL('../../../language/src/diagram/page/', import.meta.url);

/** The program of the page as one text that stands in HTML. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('main.ts', page))],
    bundle: true,
    minify: true,
    format: 'iife',
    // Browsers of 2024: `Map.groupBy`.
    target: ['chrome117', 'firefox119', 'safari17.4'],
    charset: 'ascii',
    write: false,
  });
  return outputFiles[0]!.text.trim().replaceAll('</script', '<\\/script');
}

test('the program of the page is what its sources say; WEIR_UPDATE=1 writes it', async () => {
  const text = await bundled();
  const file = new URL('generated/script.ts', page);
  const module = `/** The program of the page, bundled from \`page/main.ts\`: \`WEIR_UPDATE=1 node --test extension/src/preview/page.test.ts\`. */\nexport const script: string = ${JSON.stringify(text)};\n`;
  if (process.env.WEIR_UPDATE) await writeFile(file, module);
  assert.equal(await readFile(file, 'utf8'), module);
  if (!process.env.WEIR_UPDATE) assert.equal(script, text);
  assert.ok(text.length < 102_000, `the program of the page has grown to ${text.length} characters`);
});
