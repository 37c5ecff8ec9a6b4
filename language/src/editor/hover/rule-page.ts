import { describeRules } from '../../rules/index.ts';
import type { Host } from '../host.ts';

/** The beginning of a rule's page, up to its examples, and a link to the whole; nothing where there is no such rule. */
export async function rulePage(name: string, host: Host): Promise<string | undefined> {
  const rule = describeRules().find((one) => one.name === name);
  if (!rule) return undefined;
  const page = await host.readPage(rule.docs);
  const beginning = page.split(/^## (?!Why it hurts)/m, 1)[0] ?? '';
  return `${beginning.replace(/^#+ /gm, '#### ').trim()}\n\n[The whole page](${host.pageUri(rule.docs)})`;
}
