import type { File } from '../grammar/generated/ast.ts';
import { syntaxProblems } from '../model/build-syntax.ts';
import type { Problem } from '../model/model.ts';
import { createWeirServices } from '../syntax/services.ts';
import { layOut } from './format/layout.ts';
import { print } from './format/print.ts';
import { formatTokens } from './format/tokens.ts';

/** The formatted text, or the syntax errors that keep it from being formatted. */
export type Formatted =
  | { readonly text: string; readonly problems?: never }
  | { readonly text?: never; readonly problems: readonly Problem[] };

let services: ReturnType<typeof createWeirServices> | undefined;

/**
 * The text in Weir's style: two spaces a level, blocks as the author broke them, neighbouring lines aligned, comments kept.
 * Formatting twice changes nothing more, and the meaning stays. Line breaks become `\n`, or `\r\n` where the text has them.
 *
 * @param path names the file in problems
 */
export function formatText(text: string, path = 'text.svc'): Formatted {
  services ??= createWeirServices();
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const parsed = services.weir.parser.LangiumParser.parse<File>(source);
  const problems = syntaxProblems(path, source, parsed);
  if (problems.length > 0) return { problems };
  const printed = print(layOut(formatTokens(services.weir, source, parsed.value)));
  return { text: source.includes('\r\n') ? printed.replaceAll('\n', '\r\n') : printed };
}
