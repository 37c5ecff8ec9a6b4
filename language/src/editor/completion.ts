import {
  type AstNode,
  type AstNodeDescription,
  type AstReflection,
  AstUtils,
  GrammarAST,
  type ReferenceInfo,
  type Stream,
  stream,
} from 'langium';
import {
  type CompletionContext,
  type CompletionProviderOptions,
  type CompletionValueItem,
  DefaultCompletionProvider,
  type LangiumServices,
} from 'langium/lsp';
import type { File } from '../grammar/generated/ast.ts';
import { headerOf } from '../model/build.ts';
import { addImport } from '../model/unresolved.ts';
import { packageOf } from '../syntax/name-index.ts';
import type { Names } from '../syntax/scope.ts';
import { rangeOf } from './diagnostics/to-protocol.ts';
import type { Projects } from './workspace/projects.ts';

/** Nobody reads on; the list is asked for again when more has been typed. */
const mostProposed = 300;

/** A declaration under the name by which a file would call it. */
interface Candidate extends AstNodeDescription {
  /** To be imported first. */
  readonly import?: { readonly package: string; readonly clause: string };
}

/** Proposes what may stand at a place: declarations by the shortest name that means them there, and keywords. */
export class Completion extends DefaultCompletionProvider {
  override readonly completionOptions: CompletionProviderOptions = { triggerCharacters: ['.'] };
  private readonly projects: Projects;
  private readonly reflection: AstReflection;

  constructor(services: LangiumServices, projects: Projects) {
    super(services);
    this.projects = projects;
    this.reflection = services.shared.AstReflection;
  }

  protected override getReferenceCandidates(info: ReferenceInfo, context: CompletionContext): Stream<Candidate> {
    const project = this.projects.of(context.document.uri);
    if (!project) return stream([]);
    const type = this.reflection.getReferenceType(info);
    const file = context.document.parseResult.value as File;
    const typed = context.textDocument.getText().slice(context.tokenOffset, context.offset);
    const candidates = project.index
      .allElements(type)
      .distinct(({ name }) => name)
      .map((description) => candidate(description, file, type, project.names))
      .filter(({ name }) => this.fuzzyMatcher.match(typed, name))
      .toArray();
    const isKnown = (one: Candidate): boolean => one.import === undefined;
    const known = candidates.filter(isKnown);
    return stream([...known, ...candidates.filter((one) => !isKnown(one))]).limit(mostProposed);
  }

  protected override createReferenceCompletionItem(
    found: Candidate,
    info: ReferenceInfo,
    context: CompletionContext,
  ): CompletionValueItem {
    const item = super.createReferenceCompletionItem(found, info, context);
    const { import: missing } = found;
    const deprecated = found.node && isDeprecated(found.node) ? { tags: [1 as const] } : {};
    if (!missing) return { ...item, ...deprecated, detail: words(found.type) };
    const file = context.document.parseResult.value as File;
    const { edits } = addImport(headerOf('', file), missing.clause);
    return {
      ...item,
      ...deprecated,
      detail: `${words(found.type)}, adds \`${missing.clause}\``,
      labelDetails: { description: missing.package },
      sortText: '2',
      additionalTextEdits: edits.map(({ at, text }) => ({ range: rangeOf(at), newText: text })),
    };
  }

  /** Where a name is to be invented, every keyword would do, and none is worth proposing. */
  protected override filterKeyword(context: CompletionContext, keyword: GrammarAST.Keyword): boolean {
    const rule = AstUtils.getContainerOfType(keyword, GrammarAST.isParserRule);
    return rule?.name !== 'Name' && super.filterKeyword(context, keyword);
  }
}

function candidate(description: AstNodeDescription, file: File, type: string, names: Names): Candidate {
  const { name: full } = description;
  const means = (name: string): boolean => names.meanings(file, name, type).every((one) => one.name === full);
  const isKnown = (name: string): boolean => names.meanings(file, name, type).length > 0 && means(name);
  const short = shortNames(full, file).find(isKnown);
  if (short !== undefined) return { ...description, name: short };
  // An operation is imported with its service.
  const levels = type === 'Operation' ? 2 : 1;
  const parts = full.split('.');
  const name = parts.slice(-levels).join('.');
  const from = parts.slice(0, -levels).join('.');
  if (from === '' || !means(name)) return { ...description, name: full };
  return { ...description, name, import: { package: from, clause: `import ${from}.{${parts.at(-levels)}}` } };
}

/** What is left of a full name without the packages that a file is in or imports, the shortest first. */
function shortNames(full: string, file: File): string[] {
  const packages = [packageOf(file), ...(file.imports ?? []).map((clause) => clause.package)];
  const short = packages
    .filter((name) => name && full.startsWith(`${name}.`))
    .map((name) => full.slice(name.length + 1));
  return short.sort((a, b) => a.length - b.length);
}

function isDeprecated(node: AstNode): boolean {
  const annotations = 'annotations' in node && Array.isArray(node.annotations) ? node.annotations : [];
  return annotations.some(({ name }: { name?: string }) => name === 'deprecated');
}

/** A kind of declaration in words: `ErrorMessage` is an error. */
function words(type: string): string {
  switch (type) {
    case 'ErrorMessage':
      return 'error';
    case 'BoundedContext':
      return 'context';
    case 'TypeAlias':
      return 'type';
    default:
      return type.toLowerCase();
  }
}
