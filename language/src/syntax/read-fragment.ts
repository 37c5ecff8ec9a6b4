import type { LangiumCoreServices, ParseResult } from 'langium';
import type { File } from '../grammar/generated/ast.ts';
import { fragmentOf } from '../model/build.ts';
import type { Fragment } from '../model/fragment.ts';
import { type Outline, outlineOf } from './outline.ts';
import { QuickParser } from './quick-parser.ts';
import { createWeirServices } from './services.ts';
import type { SourceText } from './source-text.ts';

// Making the parser from its grammar takes longer than reading most projects, so one is kept.
let parser: { readonly quick: QuickParser; readonly weir: LangiumCoreServices } | undefined;

/** What one file says, by itself. Bad text never throws: what can be read is, and `problems` says what was wrong. */
export function readFragment({ path, text }: SourceText): Fragment {
  const source = withoutBom(text);
  return fragmentOf(path, source, parse(source));
}

/** What one file says, and an outline of its tree, which nobody keeps. */
export function readOutlined({ path, text }: SourceText): { readonly fragment: Fragment; readonly outline: Outline } {
  const source = withoutBom(text);
  const parsed = parse(source);
  return { fragment: fragmentOf(path, source, parsed), outline: outlineOf(parsed.value) };
}

function parse(text: string): ParseResult<File> {
  if (!parser) {
    const { weir } = createWeirServices();
    parser = { weir, quick: new QuickParser(weir) };
  }
  const file = parser.quick.parse(text);
  if (file) return { value: file, lexerErrors: [], parserErrors: [] };
  return parser.weir.parser.LangiumParser.parse(text) as ParseResult<File>;
}

function withoutBom(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
