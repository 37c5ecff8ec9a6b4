import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SourceText } from '../syntax/read.ts';
import { diagnosticsOf } from './check-fixture.ts';
import { type CheckOptions, describeRules, severities } from './index.ts';

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

for (const { name, group, severity, summary, thresholds, docs } of describeRules()) {
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

  test(`the page of ${name} says why by a source, and is whole wherever it is shown`, () => {
    const links = [...page.matchAll(/\]\(([^)]*)\)/g)].map((match) => match[1] ?? '');
    // In a terminal, or in a list of findings on the web, there is nothing that a relative link could lead to.
    assert.deepEqual(
      links.filter((link) => !link.startsWith('https://')),
      [],
    );
    assert.match(sectionOf(page, 'Why it hurts'), /\]\(https:/);
    const fences = [...page.matchAll(/^```.*$/gm)].map(([fence]) => fence);
    for (const [i, fence] of fences.entries()) assert.match(fence, i % 2 === 0 ? /^```(svc|json)\b/ : /^```$/);
    assert.equal(fences.length % 2, 0);
  });

  test(`the page of ${name} tells its thresholds and sets them as weir.json does`, () => {
    const configure = sectionOf(page, 'How to configure');
    const [, json = ''] = configure.match(/^```json\n([\s\S]*?)^```$/m) ?? [];
    const { rules, ...others } = JSON.parse(json);
    assert.deepEqual([Object.keys(rules), others], [[name], {}]);
    const [chosen, limits = {}] = [rules[name]].flat();
    assert.ok(chosen === 'off' || severities.includes(chosen));
    assert.deepEqual(Object.keys(limits), Object.keys(thresholds));
    for (const [threshold, value] of Object.entries(thresholds)) {
      assert.match(configure, new RegExp(`\`${threshold}\`[^.]*\\b${value}[\\s]unless`));
    }
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
  const examples = [...sectionOf(page, section).matchAll(/^```svc ?(\S*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    path: match[1] || 'main.svc',
    text: match[2] ?? '',
  }));
  assert.ok(examples.length > 0, `the section ${section} has an example`);
  return examples;
}

function sectionOf(page: string, section: string): string {
  const [, text = ''] = page.split(`\n## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  return own;
}
