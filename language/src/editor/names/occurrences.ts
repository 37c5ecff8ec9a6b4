import {
  type AstNode,
  type AstNodeDescription,
  AstUtils,
  GrammarUtils,
  type LangiumDocument,
  type ReferenceDescription,
  type URI,
} from 'langium';
import type { LangiumServices } from 'langium/lsp';
import type { Range } from 'vscode-languageserver-types';
import type {
  ConfigEntry,
  Environment,
  Field,
  File,
  ObjectEntry,
  Operation,
  Service,
} from '../../grammar/generated/ast.ts';
import {
  isConfigEntry,
  isField,
  isOperation,
  isService,
  isTypeAlias,
  isWordLiteral,
} from '../../grammar/generated/ast.ts';
import type { Place, SourceFile } from '../../model/model.ts';
import { packageOf } from '../../syntax/name-index.ts';
import { rangeOf } from '../diagnostics/to-protocol.ts';
import type { EditorServices } from '../services.ts';
import { entriesFor } from './fallbacks.ts';
import { type Stretch, usesOfField } from './fields.ts';
import { type NamingFile, namingFiles } from './namings.ts';
import type { Target } from './target.ts';

/** A place where something is named. */
export interface Occurrence {
  readonly uri: string;
  readonly range: Range;
  /** As it is written there. */
  readonly text: string;
  /** Of a name with others before or behind it, all of it. */
  readonly name: string;
  readonly declares: boolean;
  /** Is it given a value there: an event that is published, a setting in an environment, a field in a fallback? */
  readonly writes?: boolean;
}

type Declared = AstNode & { readonly name: string };

/** All places where something is named, in the files of all projects that see it. */
export class Occurrences {
  private readonly services: LangiumServices;
  private readonly shared: EditorServices;

  constructor(services: LangiumServices, shared: EditorServices) {
    this.services = services;
    this.shared = shared;
  }

  of(target: Target): Occurrence[] {
    const found = 'package' in target ? this.ofPackage(target.package) : this.ofNode(target.node);
    const places = new Map(
      found.map((one) => [`${one.uri} ${one.range.start.line} ${one.range.start.character}`, one]),
    );
    return [...places.values()];
  }

  private ofNode(node: Declared): Occurrence[] {
    return [...this.nameOf(node), ...this.referencesTo(node, 0), ...this.others(node)];
  }

  private nameOf(node: Declared): Occurrence[] {
    const name = GrammarUtils.findNodeForProperty(node.$cstNode, 'name');
    if (!name) return [];
    const uri = AstUtils.getDocument(node).uri.toString();
    return [{ uri, range: name.range, text: name.text, name: name.text, declares: true }];
  }

  /** The key of an entry; of one in quotes what stands between them. */
  private keyOf(entry: ObjectEntry): Occurrence[] {
    const quoted = entry.key === undefined;
    const key = GrammarUtils.findNodeForProperty(entry.$cstNode, quoted ? 'quoted' : 'key');
    const text = quoted ? key?.text.slice(1, -1) : key?.text;
    if (!key || text === undefined) return [];
    return [{ ...place(AstUtils.getDocument(entry), quoted ? key.offset + 1 : key.offset, text, text), writes: true }];
  }

  private others(node: Declared): Occurrence[] {
    switch (node.$type) {
      case 'Field':
        return [
          ...usesOfField(node as Field, this.takers(node), (operation) => this.callsOf(operation)).map(placeOf),
          ...entriesFor(node as Field, this.files(node.name)).flatMap((entry) => this.keyOf(entry)),
        ];
      case 'ConfigEntry':
        return this.valuesOf(node as ConfigEntry).map(({ place }) => place);
      case 'EnumValue':
        return this.wordsFor(node);
      case 'Service':
      case 'External': {
        const operations = (node as Service).members.filter(
          (member): member is Operation => member.$type === 'Operation',
        );
        return [...operations.flatMap((operation) => this.referencesTo(operation, 1)), ...this.imports(node)];
      }
      default:
        return this.imports(node);
    }
  }

  /** @param level how many words of the name stand behind the one that is meant */
  private referencesTo(node: AstNode, level: number): Occurrence[] {
    return this.descriptions(node).flatMap((reference): Occurrence[] => {
      const word = this.wordIn(reference, level);
      if (!word) return [];
      return node.$type === 'Event' && this.isPublished(reference) ? [{ ...word, writes: true }] : [word];
    });
  }

  private isPublished({ sourceUri, sourcePath }: ReferenceDescription): boolean {
    const root = this.document(sourceUri)?.parseResult.value;
    return (
      root !== undefined && this.services.workspace.AstNodeLocator.getAstNode(root, sourcePath)?.$type === 'Publishes'
    );
  }

  private descriptions(node: AstNode): ReferenceDescription[] {
    const { AstNodeLocator } = this.services.workspace;
    const { IndexManager } = this.services.shared.workspace;
    return IndexManager.findAllReferences(node, AstNodeLocator.getAstNodePath(node)).toArray();
  }

  private wordIn({ sourceUri, segment }: ReferenceDescription, level: number): Occurrence | undefined {
    const document = this.document(sourceUri);
    const text = document?.textDocument.getText().slice(segment.offset, segment.end) ?? '';
    const word = [...text.matchAll(/[\w-]+/g)].at(-1 - level);
    if (!document || !word) return undefined;
    return place(document, segment.offset + word.index, word[0], text);
  }

  private imports(node: Declared): Occurrence[] {
    if (node.$container?.$type !== 'File') return [];
    const from = packageOf(node.$container as File);
    return this.headers().flatMap(([uri, { imports }]) =>
      imports
        .flatMap(({ package: named, names = [] }) => (named === from ? names : []))
        .filter(({ value }) => value === node.name)
        .map(({ value, at }) => placeInHeader(uri, at, value)),
    );
  }

  private ofPackage(name: string): Occurrence[] {
    const inHeaders = this.headers().flatMap(([uri, { package: own, packageAt, imports }]) => [
      ...(own === name && packageAt ? [{ ...placeInHeader(uri, packageAt, name), declares: true }] : []),
      ...imports
        .filter((clause) => clause.package === name)
        .map((clause) => placeInHeader(uri, clause.packageAt, name)),
    ]);
    return [...inHeaders, ...[...namingFiles(this.shared)].flatMap((file) => prefixesIn(file, name))];
  }

  /** What stands at the top of each file, by URI. */
  private headers(): [string, SourceFile][] {
    return [...this.shared.editor.Projects.fragmentsByUri];
  }

  /** Where environments set an entry of `config`: its name there, and the node. */
  private valuesOf(entry: ConfigEntry): { readonly place: Occurrence; readonly node: AstNode }[] {
    const service = AstUtils.getContainerOfType(entry, isService);
    return this.files(entry.name)
      .flatMap((file) => file.declarations ?? [])
      .flatMap((one) => (one.$type === 'System' ? one.members : []))
      .flatMap((member) => (member.$type === 'Environment' ? (member as Environment).members : []))
      .flatMap((member) => (member.$type === 'Override' && member.target?.ref === service ? member.members : []))
      .flatMap((member) => (member.$type === 'ConfigValues' ? member.entries : []))
      .filter((value) => value.name === entry.name)
      .flatMap((node) =>
        this.nameOf(node as Declared).map((place) => ({ place: { ...place, declares: false, writes: true }, node })),
      );
  }

  /** The value of an enum as a default, among the values of a constraint, and where environments set it. */
  private wordsFor(value: Declared): Occurrence[] {
    const typed = this.typedBy(value.$container as AstNode, new Set());
    const holders = typed.flatMap((one) => [
      one,
      ...(isConfigEntry(one) ? this.valuesOf(one).map(({ node }) => node) : []),
    ]);
    return holders.flatMap((holder) =>
      AstUtils.streamAst(holder)
        .filter(isWordLiteral)
        .filter(({ word, $cstNode }) => word === value.name && $cstNode !== undefined)
        .map((literal) => place(AstUtils.getDocument(literal), literal.$cstNode?.offset ?? 0, value.name, value.name))
        .toArray(),
    );
  }

  /** What has a type, by that name or by an alias. */
  private typedBy(type: AstNode, seen: Set<AstNode>): AstNode[] {
    if (seen.has(type)) return [];
    seen.add(type);
    const { AstNodeLocator } = this.services.workspace;
    return this.descriptions(type).flatMap(({ sourceUri, sourcePath }) => {
      const root = this.document(sourceUri)?.parseResult.value;
      const named = root && AstNodeLocator.getAstNode(root, sourcePath);
      const one = AstUtils.getContainerOfType(
        named,
        (node) => isConfigEntry(node) || isField(node) || isTypeAlias(node),
      );
      if (!one) return [];
      return isTypeAlias(one) ? [one, ...this.typedBy(one, seen)] : [one];
    });
  }

  private callsOf(operation: Operation): AstNode[] {
    const { AstNodeLocator } = this.services.workspace;
    return this.descriptions(operation).flatMap(({ sourceUri, sourcePath }) => {
      const root = this.document(sourceUri)?.parseResult.value;
      return (root && AstNodeLocator.getAstNode(root, sourcePath)) ?? [];
    });
  }

  /** The operations that may take a message of which this is a field: their files name it. */
  private takers(field: AstNode): Operation[] {
    const owner = AstUtils.getContainerOfType(field.$container, (node): node is Declared => node.$type !== 'Oneof');
    if (!owner?.name || isOperation(owner)) return [];
    return this.files(owner.name)
      .flatMap((file) => file.declarations ?? [])
      .flatMap((one): readonly AstNode[] => (one.$type === 'Service' || one.$type === 'External' ? one.members : []))
      .filter(isOperation);
  }

  /** The trees of the open files, and of those others in which a word stands. */
  private files(word: string): File[] {
    const { workspace, editor } = this.shared;
    const documents = [...workspace.LangiumDocuments.all, ...editor.ClosedFiles.mentioning(word)];
    return documents.map((document) => document.parseResult.value as File);
  }

  private document(uri: URI): LangiumDocument | undefined {
    return this.shared.workspace.LangiumDocuments.getDocument(uri);
  }
}

function place({ uri, textDocument }: LangiumDocument, offset: number, text: string, name: string): Occurrence {
  const range = { start: textDocument.positionAt(offset), end: textDocument.positionAt(offset + text.length) };
  return { uri: uri.toString(), range, text, name, declares: false };
}

function placeInHeader(uri: string, at: Place, text: string): Occurrence {
  return { uri, range: rangeOf(at), text, name: text, declares: false };
}

/** A package in names that are written in full. */
function prefixesIn({ uri, namings }: NamingFile, name: string): Occurrence[] {
  return namings().flatMap(({ text, segment, meaning }) => {
    const found = text.startsWith(`${name}.`) ? meaning() : undefined;
    if (!found || packageIn(found) !== name) return [];
    const { start } = segment().range;
    const range = { start, end: { line: start.line, character: start.character + name.length } };
    return [{ uri, range, text: name, name: text, declares: false }];
  });
}

/** The package of what has a full name. */
const packageIn = ({ name, type }: AstNodeDescription): string =>
  name
    .split('.')
    .slice(0, type === 'Operation' ? -2 : -1)
    .join('.');

function placeOf({ node, start, end }: Stretch): Occurrence {
  const document = AstUtils.getDocument(node.astNode);
  const text = document.textDocument.getText().slice(start, end);
  return place(document, start, text, text);
}
