import { type AstNode, AstUtils, GrammarAST, type LangiumDocument, type LeafCstNode } from 'langium';
import type { HoverProvider, LangiumServices } from 'langium/lsp';
import type { Hover, HoverParams } from 'vscode-languageserver';
import type { CallItem, Uses } from '../../grammar/generated/ast.ts';
import { isAnnotation } from '../../grammar/generated/ast.ts';
import { effectivePolicy, wholePolicy } from '../../model/effective-policy.ts';
import type { Model } from '../../model/model.ts';
import { explainEdge } from '../../rules/explain/edge.ts';
import { lastOf } from '../../rules/naming.ts';
import { ruleOf } from '../completion/spot.ts';
import { wordOf } from '../completion/words/words.ts';
import { declarationText } from '../declaration-text.ts';
import { callNodeOf, idOf, isCaller, wordAt } from '../declared-id.ts';
import { edgeOf } from '../edge-of.ts';
import { plainWordAt } from '../names/plain-words.ts';
import type { EditorServices } from '../services.ts';
import { edgeMarkdown, policyMarkdown } from './edge.ts';
import { eventMarkdown } from './event.ts';
import type { UriOf } from './markdown.ts';
import { nodeMarkdown } from './node.ts';
import { rulePage } from './rule-page.ts';

/** A declaration as it is written, its documentation, and what Weir knows of it or of the call that names it. */
export class WhatIsKnown implements HoverProvider {
  private readonly services: LangiumServices;
  private readonly shared: EditorServices;

  constructor(services: LangiumServices, shared: EditorServices) {
    this.services = services;
    this.shared = shared;
  }

  async getHoverContent(document: LangiumDocument, { position }: HoverParams): Promise<Hover | undefined> {
    const word = wordAt(document, position);
    const plain = word && plainWordAt(word, document.textDocument.offsetAt(position));
    if (plain) {
      const { textDocument } = document;
      const range = { start: textDocument.positionAt(plain.start), end: textDocument.positionAt(plain.end) };
      const value = this.declaration(plain.node);
      return value === undefined ? undefined : { contents: { kind: 'markdown', value }, range };
    }
    const value = word && (await this.contents(document, word));
    return value ? { contents: { kind: 'markdown', value }, range: word.range } : undefined;
  }

  private async contents(document: LangiumDocument, word: LeafCstNode): Promise<string | undefined> {
    const rule = ruleNamed(word);
    if (rule !== undefined) return rulePage(rule, this.shared.editor.Host);
    if (GrammarAST.isKeyword(word.grammarSource)) return meaningOf(word.grammarSource);
    const targets = this.services.references.References.findDeclarations(word);
    const texts = targets.flatMap((target) => {
      const facts = this.facts(document, word.astNode, target);
      return [this.declaration(target), ...(facts ? [facts] : [])];
    });
    return texts.filter((text) => text !== undefined).join(line) || undefined;
  }

  private declaration(node: AstNode): string | undefined {
    const text = declarationText(node);
    if (text === undefined) return undefined;
    const deprecated = deprecation(node);
    const docs = this.services.documentation.DocumentationProvider.getDocumentation(node);
    return [
      `\`\`\`weir\n${text}\n\`\`\``,
      ...(deprecated === undefined ? [] : [`**Deprecated.** ${deprecated}`]),
      ...(docs === undefined ? [] : [docs]),
    ].join(line);
  }

  /** What the model says of what stands at the cursor, and of what it names. */
  private facts(document: LangiumDocument, at: AstNode, target: AstNode): string | undefined {
    const { Findings, Projects } = this.shared.editor;
    const project = Projects.of(document.uri);
    const model = Findings.modelOf(document.uri);
    if (!project || !model) return undefined;
    const uriOf: UriOf = (path) => Projects.uri(project, path);
    switch (at.$type) {
      case 'CallItem': {
        const edge = edgeOf(model, at as CallItem);
        return edge && edgeMarkdown(explainEdge(model, edge, Findings.foundIn(document.uri)), uriOf);
      }
      case 'Uses':
        return dependency(model, at as Uses, target, uriOf);
    }
    if (target.$type === 'Policy') {
      const id = idOf(target) ?? '';
      return 'base' in target && target.base
        ? policyMarkdown(`With what it extends, \`${lastOf(id)}\` is`, wholePolicy(model, id), uriOf)
        : undefined;
    }
    if (target.$type === 'Event') return eventMarkdown(model, idOf(target) ?? '', uriOf);
    const node = isCaller(target) ? callNodeOf(model, target) : undefined;
    return node && nodeMarkdown(model, node, uriOf);
  }
}

const line = '\n\n---\n\n';

/** The policy of calls over a dependency that say nothing of their own. */
function dependency(model: Model, uses: Uses, target: AstNode, uriOf: UriOf): string | undefined {
  const caller = idOf(uses.$container);
  const service = idOf(target);
  if (caller === undefined || service === undefined || target.$type === 'Resource') return undefined;
  const policy = effectivePolicy(model, { service: caller }, { service });
  return policyMarkdown(`Policy of calls from \`${lastOf(caller)}\` to \`${lastOf(service)}\``, policy, uriOf);
}

/** What a keyword means where it stands. */
function meaningOf(keyword: GrammarAST.Keyword): string | undefined {
  return wordOf(ruleOf(keyword), keyword.value)?.docs;
}

/** The rule that a word in `@allow(…)` names. */
function ruleNamed({ astNode, text, grammarSource }: LeafCstNode): string | undefined {
  const annotation = AstUtils.getContainerOfType(astNode, isAnnotation);
  const isArgument = annotation !== undefined && astNode !== annotation && !GrammarAST.isKeyword(grammarSource);
  return isArgument && annotation.name === 'allow' ? text : undefined;
}

function deprecation(node: AstNode): string | undefined {
  const annotations = 'annotations' in node && Array.isArray(node.annotations) ? node.annotations : [];
  const deprecated = annotations.filter(isAnnotation).find(({ name }) => name === 'deprecated');
  return deprecated && (deprecated.args[0]?.text ?? '');
}
