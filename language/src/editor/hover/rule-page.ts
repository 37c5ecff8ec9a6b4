import { join } from 'node:path';
import { URI } from 'langium';
import { disk } from '../../project/file-system.ts';
import { packageFolder } from '../../project/own-package.ts';
import { describeRules } from '../../rules/index.ts';

/** The beginning of a rule's page, up to its examples, and a link to the whole; nothing where there is no such rule. */
export async function rulePage(name: string): Promise<string | undefined> {
  const rule = describeRules().find((one) => one.name === name);
  if (!rule) return undefined;
  const path = join(packageFolder, rule.docs);
  const page = (await disk.readFile(path)).toString('utf8');
  const beginning = page.split(/^## (?!Why it hurts)/m, 1)[0] ?? '';
  return `${beginning.replace(/^#+ /gm, '#### ').trim()}\n\n[The whole page](${URI.file(path).toString()})`;
}
