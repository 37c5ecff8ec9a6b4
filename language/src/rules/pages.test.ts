import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SourceText } from '../syntax/read.ts';
import { diagnosticsOf } from './check-fixture.ts';
import { type CheckOptions, describeRules } from './index.ts';

const folder = fileURLToPath(new URL('../../docs/rules/', import.meta.url));
const packageFolder = new URL('../../', import.meta.url);

/** An example shows a part of a system: who calls its services and consumes its events may be left out of it. */
const aboutTheWhole = ['orphan', 'event-without-consumer'];

test('each rule has a page, and each page a rule', () => {
  const pages = readdirSync(folder).sort();
  assert.deepEqual(
    pages,
    describeRules()
      .map(({ name }) => `${name}.md`)
      .sort(),
  );
});

for (const { name, group, severity, summary, docs } of describeRules()) {
  const page = readFileSync(new URL(docs, packageFolder), 'utf8');
  const options: CheckOptions = {
    rules: Object.fromEntries(aboutTheWhole.filter((other) => other !== name).map((other) => [other, 'off'])),
  };

  test(`the page of ${name} has what a page has`, () => {
    const [title, , line] = page.split('\n');
    assert.equal(title, `# ${name}`);
    assert.equal(line, `*${severity} · ${group}* · ${summary}`);
    const sections = [...page.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    assert.deepEqual(sections, ['Why it hurts', 'Bad', 'Good', 'How to configure', 'When to allow']);
  });

  test(`${name}, and no other rule, finds the bad example of its page`, async () => {
    const found = await diagnosticsOf(examplesOf(page, 'Bad'), options);
    assert.deepEqual([...new Set(found.map(({ rule }) => rule))], [name]);
  });

  test(`nothing is found in the good example of ${name}`, async () => {
    const found = await diagnosticsOf(examplesOf(page, 'Good'), options);
    assert.deepEqual(
      found.map(({ rule, message }) => `${rule}: ${message}`),
      [],
    );
  });
}

/** The sources of a section: ```` ```svc name.svc ````. */
function examplesOf(page: string, section: string): SourceText[] {
  const [, text = ''] = page.split(`\n## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  const examples = [...own.matchAll(/^```svc ?(\S*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    path: match[1] || 'main.svc',
    text: match[2] ?? '',
  }));
  assert.ok(examples.length > 0, `the section ${section} has an example`);
  return examples;
}
