/**
 * The `///` lines directly above a place. What does not begin its line has none: they are those of what does.
 *
 * @param line gives a line of the text by its index from 0
 */
export function docComment(
  line: (index: number) => string | undefined,
  start: { readonly line: number; readonly character: number },
): string | undefined {
  if (line(start.line)?.slice(0, start.character).trim()) return undefined;
  const docs: string[] = [];
  for (let index = start.line - 1; index >= 0; index--) {
    const match = /^\s*\/\/\/ ?([^\n\r]*)/.exec(line(index) ?? '');
    if (!match) break;
    docs.unshift((match[1] as string).trimEnd());
  }
  return docs.length === 0 ? undefined : docs.join('\n');
}
