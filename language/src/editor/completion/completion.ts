import {
  type AstNodeDescription,
  AstUtils,
  type Cancellation,
  GrammarAST,
  interruptAndCheck,
  type LangiumDocument,
} from 'langium';
import type { CompletionProvider, CompletionProviderOptions, LangiumServices, NextFeature } from 'langium/lsp';
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionItemTag,
  type CompletionList,
  type CompletionParams,
  InsertTextFormat,
  type Position,
} from 'vscode-languageserver';
import { headerOf } from '../../model/build.ts';
import { addImport } from '../../model/unresolved.ts';
import { describedDocs, describedText, isDeprecated } from '../described.ts';
import { rangeOf } from '../diagnostics/to-protocol.ts';
import type { EditorServices } from '../services.ts';
import type { EditorProject } from '../workspace/projects.ts';
import { fieldsAround, nextNumber, usualConstraint, usualLiteral } from './around.ts';
import { Fitting } from './fits.ts';
import { importable } from './imports.ts';
import { type Asked, type Candidate, NamesAt } from './names.ts';
import { pathItems } from './path.ts';
import { type Proposal, plainText, snippetText } from './proposal.ts';
import { ruleOf, type Spot, spotAt } from './spot.ts';
import { numberDocs, valuesAt } from './values.ts';
import { scalarDocs } from './words/scalars.ts';
import { wordOf } from './words/words.ts';

/** Proposes what may stand at a place, and nothing that would be an error there. */
export class Completion implements CompletionProvider {
  readonly completionOptions: CompletionProviderOptions = { triggerCharacters: ['.', '@', '(', '{'] };
  private readonly services: LangiumServices;
  private readonly shared: EditorServices;
  private readonly names: NamesAt;
  private readonly fitting: Fitting;
  private readonly told = new WeakMap<AstNodeDescription, string>();
  private takesSnippets = false;
  private takesInsertReplace = false;

  constructor(services: LangiumServices, shared: EditorServices) {
    this.services = services;
    this.shared = shared;
    this.names = new NamesAt(services.shared.AstReflection);
    this.fitting = new Fitting(services);
    services.shared.lsp.LanguageServer.onInitialize(({ capabilities }) => {
      const item = capabilities.textDocument?.completion?.completionItem;
      this.takesSnippets = item?.snippetSupport === true;
      this.takesInsertReplace = item?.insertReplaceSupport === true;
    });
  }

  async getCompletion(
    document: LangiumDocument,
    { position, context }: CompletionParams,
    cancel?: Cancellation.CancellationToken,
  ): Promise<CompletionList | undefined> {
    const inPath = pathItems(this.services, document, position);
    if (inPath) return { items: inPath, isIncomplete: false };
    if (context?.triggerCharacter === '{' && !isInImport(document, position)) return undefined;
    const project = this.shared.editor.Projects.of(document.uri);
    const spot = spotAt(this.services, document, position);
    if (!project || !spot) return undefined;
    const proposals = new Map<string, Proposal>();
    for (const feature of spot.features) {
      for (const proposal of this.proposals(project, spot, feature)) {
        if (!proposals.has(proposal.label) && this.matches(spot, proposal.label))
          proposals.set(proposal.label, proposal);
      }
    }
    if (cancel) await interruptAndCheck(cancel);
    const items = this.fitting.of(spot, [...proposals.values()]).map((proposal) => this.item(spot, proposal));
    return { items, isIncomplete: true };
  }

  private matches({ typed }: Spot, label: string): boolean {
    return this.services.shared.lsp.FuzzyMatcher.match(typed, label);
  }

  private proposals(project: EditorProject, spot: Spot, { feature, type, property }: NextFeature): readonly Proposal[] {
    const own = ruleOf(feature);
    const at = property ?? AstUtils.getContainerOfType(feature, GrammarAST.isAssignment)?.feature ?? '';
    if (GrammarAST.isKeyword(feature)) return this.keyword(project, spot, feature.value, own);
    if (GrammarAST.isCrossReference(feature)) {
      const inner = AstUtils.getContainerOfType(feature, GrammarAST.isAssignment)?.feature ?? at;
      return this.references(project, spot, { type: feature.type.$refText, rule: own ?? '', property: inner });
    }
    const rules = [type, own, ...spot.rules].filter((rule) => rule !== undefined);
    if (rules.includes('Import') && own === 'Name') return importable(project, spot, at);
    const meaning = meaningBefore(spot, rules);
    return valuesAt(spot, rules, at).map(
      ({ text, detail, docs = meaning, template }): Proposal => ({
        label: text,
        kind: CompletionItemKind.Value,
        rank: 0,
        ...(template === undefined ? {} : { template }),
        ...(detail === undefined ? {} : { detail }),
        ...(docs === undefined ? {} : { docs }),
      }),
    );
  }

  // ── keywords ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private keyword(project: EditorProject, spot: Spot, keyword: string, rule: string | undefined): readonly Proposal[] {
    if (rule === 'ScalarName') {
      const docs = scalarDocs[keyword] ?? '';
      return [{ label: keyword, kind: CompletionItemKind.Struct, detail: 'scalar', docs, rank: 1 }];
    }
    if (keyword === '=' && (rule === 'Field' || rule === 'EnumValue')) {
      const label = `= ${nextNumber(spot)}`;
      return [{ label, kind: CompletionItemKind.Value, detail: 'the next free number', docs: numberDocs, rank: 0 }];
    }
    const word = wordOf(rule, keyword);
    if (!word) return [];
    // Names that follow a comma would be read as more of its own.
    if (word.template.includes('@') && /^\s*[,&]/.test(spot.tail)) return [];
    if (rule === 'System' && [...project.index.allElements('System')].length > 0) return [];
    const filled = this.filled(project, spot, word.template);
    if (filled === undefined) return [];
    return [{ label: keyword, template: filled, kind: CompletionItemKind.Keyword, docs: word.docs, rank: 2 }];
  }

  /** A template with names that mean something where it is to stand; nothing where there are none. */
  private filled(project: EditorProject, spot: Spot, template: string): string | undefined {
    let isPossible = true;
    let numbers = nextNumber(spot);
    const filled = template.replace(/@([A-Za-z]+)/g, (_, kind: string) => {
      const value = kind === 'number' ? String(numbers++) : this.filling(project, spot, kind);
      if (value === undefined) isPossible = false;
      return value ?? '';
    });
    return isPossible ? filled : undefined;
  }

  private filling(project: EditorProject, spot: Spot, kind: string): string | undefined {
    switch (kind) {
      case 'field':
        return fieldsAround(spot)[0];
      case 'constraint':
        return usualConstraint(spot);
      case 'literal':
        return usualLiteral(spot);
      case 'package':
        return importable(project, spot, 'package')[0]?.label;
      default: {
        const rule = { Usable: 'Uses', Operation: 'CallItem', Message: 'NamedType' }[kind] ?? '';
        const property = kind === 'Usable' ? 'targets' : kind === 'Policy' ? 'base' : '';
        const asked = { type: kind, rule: spot.rules.includes('Probe') ? 'Probe' : rule, property };
        return this.names.of(project, spot, asked, () => true, 1).find((one) => !one.import)?.name;
      }
    }
  }

  // ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private references(project: EditorProject, spot: Spot, asked: Asked): readonly Proposal[] {
    if (spot.rules.includes('MapType') && spot.tokens.at(-1)?.image === '<') return [];
    // What has been typed may begin with the package, with the service, or with the name alone.
    const matches = (name: string): boolean => {
      if (spot.typed === '') return true;
      for (let rest = name; ; rest = rest.slice(rest.indexOf('.') + 1)) {
        if (this.matches(spot, rest)) return true;
        if (!rest.includes('.')) return false;
      }
    };
    return this.names.of(project, spot, asked, matches).map((one) => this.reference(spot, one, asked));
  }

  private reference(
    spot: Spot,
    { name, description, import: missing }: Candidate,
    { rule, property }: Asked,
  ): Proposal {
    const { type } = description;
    const docs = this.docsOf(description);
    const edits = missing && addImport(headerOf('', spot.document.parseResult.value), missing.clause).edits;
    return {
      label: name,
      ...(rule === 'Override' ? { template: `${name} {\n\t«»\n}` } : {}),
      kind: this.services.shared.lsp.NodeKindProvider.getCompletionItemKind(description),
      detail: missing ? `${words(type)}, adds \`${missing.clause}\`` : words(type),
      docs,
      ...(missing ? { from: missing.package } : {}),
      ...(edits ? { edits } : {}),
      deprecated: isDeprecated(description),
      alike: `${rule}.${property}`,
      rank: missing ? 3 : 0,
    };
  }

  /** How it is declared, and what is said of it: worked out once, since most files stay as they are while one is written. */
  private docsOf(description: AstNodeDescription): string {
    let docs = this.told.get(description);
    if (docs === undefined) {
      const text = describedText(description);
      const said = describedDocs(description);
      docs = [text === undefined ? [] : `\`\`\`weir\n${text}\n\`\`\``, said ?? []].flat().join('\n\n');
      this.told.set(description, docs);
    }
    return docs;
  }

  // ── items ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private item(spot: Spot, proposal: Proposal): CompletionItem {
    const { label, kind, detail, docs, from, edits, deprecated, rank, template } = proposal;
    const { textDocument } = spot.document;
    const start = textDocument.positionAt(spot.from);
    const replace = { start, end: textDocument.positionAt(spot.to) };
    const isSnippet = template !== undefined && this.takesSnippets;
    const newText = isSnippet ? snippetText(template) : plainText(proposal);
    return {
      label,
      kind,
      sortText: `${rank}${label}`,
      textEdit: this.takesInsertReplace
        ? { newText, insert: { start, end: textDocument.positionAt(spot.offset) }, replace }
        : { newText, range: replace },
      ...(isSnippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
      ...(detail === undefined ? {} : { detail }),
      ...(docs ? { documentation: { kind: 'markdown', value: docs } } : {}),
      ...(from === undefined ? {} : { labelDetails: { description: from } }),
      ...(edits ? { additionalTextEdits: edits.map(({ at, text }) => ({ range: rangeOf(at), newText: text })) } : {}),
      ...(deprecated ? { tags: [1 satisfies CompletionItemTag] } : {}),
    };
  }
}

/** Behind the brace of a block one goes on to the next line; behind that of an import come names. */
function isInImport({ textDocument }: LangiumDocument, { line, character }: Position): boolean {
  return textDocument.getText({ start: { line, character: 0 }, end: { line, character } }).endsWith('.{');
}

/** What the keyword means that a value stands behind. */
function meaningBefore({ tokens }: Spot, rules: readonly string[]): string | undefined {
  for (const { image } of tokens.slice(-farthest).reverse()) {
    const meaning = rules.flatMap((rule) => wordOf(rule, image)?.docs ?? [])[0];
    if (meaning !== undefined) return meaning;
  }
  return undefined;
}

/** Farther from its keyword no value stands. */
const farthest = 16;

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
