import { isAbsolute } from 'node:path';
import type { Place } from '../../model/model.ts';

/** Where a file of the project is, as a URI. */
export type UriOf = (path: string) => string;

/** A place as a link that editors open at its line. */
export function placeLink({ file, start }: Place, uriOf: UriOf): string {
  const uri = uriOf(file);
  const shown = isAbsolute(file) || file.includes(':') ? file.slice(file.lastIndexOf('/') + 1) : file;
  return `[${shown}:${start.line}](${uri}#L${start.line})`;
}

/** Text between backticks, whatever it holds. */
export function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `\`${text}\`` : `${fence} ${text} ${fence}`;
}

/** Rows of a table without a head: its bars and line breaks are kept out of the cells. */
export function table(title: string, rows: readonly (readonly [string, string])[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return [`| ${cell(title)} | |`, '| --- | --- |', ...rows.map(([a, b]) => `| ${cell(a)} | ${cell(b)} |`)].join('\n');
}
