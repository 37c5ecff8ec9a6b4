import {
  type AstNode,
  type AstNodeDescription,
  AstUtils,
  CstUtils,
  type LangiumDocument,
  type ParseResult,
  type ReferenceDescription,
  type ReferenceInfo,
  URI,
} from 'langium';
import type { OutlinedReference } from '../../syntax/outline.ts';
import type { EditorServices } from '../services.ts';
import { ClosedFile } from './closed-file.ts';
import type { WorkspaceIndex } from './project-index.ts';

/** The trees of so many closed files are kept after they were asked for: about half a megabyte each. */
const mostKept = 16;

/**
 * The files of projects that nobody has open. Of thousands of files few are, so that trees are for those alone: of the
 * others there are the text, the fragment and an outline, and a tree for as long as a request needs it.
 */
export class ClosedFiles {
  private readonly services: EditorServices;
  private readonly files = new Map<string, ClosedFile>();
  /** Those that were asked for last. */
  private readonly kept = new Set<LangiumDocument>();

  constructor(services: EditorServices) {
    this.services = services;
  }

  get all(): Iterable<ClosedFile> {
    return this.files.values();
  }

  get(uri: URI | string): ClosedFile | undefined {
    return this.files.get(uri.toString());
  }

  /** The document of a file, whose tree is made when it is looked at. */
  document(uri: URI | string): LangiumDocument | undefined {
    const document = this.get(uri)?.document;
    if (!document) return undefined;
    this.kept.delete(document);
    this.kept.add(document);
    for (const oldest of this.kept) {
      if (this.kept.size <= mostKept) break;
      this.kept.delete(oldest);
    }
    return document;
  }

  /** Those in whose text a name stands. */
  *mentioning(word: string): Iterable<LangiumDocument> {
    const whole = new RegExp(`(?<![\\w-])${word}(?![\\w-])`);
    for (const { text, uri } of this.files.values()) {
      // To look for it as it stands is many times as fast.
      if (text.includes(word) && whole.test(text)) yield this.document(uri) as LangiumDocument;
    }
  }

  /**
   * Takes up what has been read, and which files are open. Gives the URIs of the closed files that say something else
   * than before, or are no more.
   */
  takeUp(): ReadonlySet<string> {
    const { Projects } = this.services.editor;
    const { opened } = Projects;
    const changed = new Set<string>();
    const gone = new Set(this.files.keys());
    for (const project of Projects.all) {
      for (const [uri, { text, fragment, outline }] of Projects.readOf(project)) {
        if (!outline || opened.has(uri)) continue;
        gone.delete(uri);
        if (this.files.get(uri)?.text === text) continue;
        const parse = (one: string): ParseResult =>
          this.services.ServiceRegistry.getServices(URI.parse(uri)).parser.LangiumParser.parse(one);
        const file = new ClosedFile(uri, text, { fragment, outline }, parse);
        this.files.set(uri, file);
        this.index.takeUp(file);
        changed.add(uri);
      }
    }
    for (const uri of gone) {
      const file = this.files.get(uri) as ClosedFile;
      this.files.delete(uri);
      changed.add(uri);
      // Of one that has been opened the index knows better soon.
      if (!opened.has(uri)) this.index.remove(file.uri);
    }
    return changed;
  }

  /** Has a file taken up as if it came new. */
  forget(uri: URI): void {
    this.files.delete(uri.toString());
  }

  /** Forgets what the names in trees have meant: something has changed. */
  unlink(): void {
    for (const { uri, live } of this.files.values()) {
      if (live) this.services.ServiceRegistry.getServices(uri).references.Linker.unlink(live);
    }
  }

  /** Where closed files name something that is declared under a full name. */
  *referencesTo(target: AstNode, path: string): Iterable<ReferenceDescription> {
    if (target.$container?.$type !== 'File' && target.$type !== 'Operation') return;
    const { name } = target as AstNode & { readonly name?: string };
    if (!name) return;
    const targetUri = AstUtils.getDocument(target).uri;
    for (const file of this.files.values()) {
      if (!file.text.includes(name)) continue;
      for (const reference of file.outline.references) {
        if (reference.text !== name && !reference.text.endsWith(`.${name}`)) continue;
        const found = this.meaning(file, reference);
        if (found?.path !== path || found.documentUri.toString() !== targetUri.toString()) continue;
        yield this.described(file, reference, { targetUri, targetPath: path });
      }
    }
  }

  /** What a name in a file means. */
  meaning(file: ClosedFile, { text, holder, property }: OutlinedReference): AstNodeDescription | undefined {
    const { AstReflection, editor } = this.services;
    const type = AstReflection.getReferenceType({ container: { $type: holder }, property } as ReferenceInfo);
    return editor.Projects.of(file.uri)?.names.meaningsIn(file.space, text, type)[0];
  }

  private described(
    file: ClosedFile,
    { from, to }: OutlinedReference,
    target: Pick<ReferenceDescription, 'targetUri' | 'targetPath'>,
  ): ReferenceDescription {
    const holder = (): AstNode | undefined => {
      const root = this.document(file.uri)?.parseResult.value.$cstNode;
      return root && CstUtils.findLeafNodeAtOffset(root, from)?.astNode;
    };
    const { AstNodeLocator } = this.services.ServiceRegistry.getServices(file.uri).workspace;
    return {
      ...target,
      sourceUri: file.uri,
      segment: file.segment(from, to),
      // Few ask, and it costs the tree.
      get sourcePath() {
        const node = holder();
        return node ? AstNodeLocator.getAstNodePath(node) : '';
      },
    };
  }

  private get index(): WorkspaceIndex {
    return this.services.workspace.IndexManager as WorkspaceIndex;
  }
}
