import { dirname, join } from 'node:path';
import { type Cancellation, DocumentState, interruptAndCheck, URI, UriUtils } from 'langium';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Fragment } from '../../model/fragment.ts';
import type { ReadableFiles } from '../../project/file-system.ts';
import { NameIndex } from '../../syntax/name-index.ts';
import type { Outline } from '../../syntax/outline.ts';
import { readFragment, readOutlined } from '../../syntax/read-fragment.ts';
import { Names } from '../../syntax/scope.ts';
import type { Host } from '../host.ts';
import type { EditorServices } from '../services.ts';
import { isOnlyText, openProject, type ProjectFiles, projectOfText } from './open-project.ts';
import { realPath, withOpenFiles } from './overlay.ts';

/** A project that the editor works on. Each time that its files change it is a new one. */
export interface EditorProject extends ProjectFiles {
  /** The path in the project of each of its documents, by URI. */
  readonly files: ReadonlyMap<string, string>;
  /** Only its own declarations and those of projects that it uses: projects do not see each other. */
  readonly index: NameIndex;
  readonly names: Names;
}

/** A text, and what it says; of a file that is not open, whose tree nobody keeps, an outline of that as well. */
interface ReadFile {
  readonly text: string;
  readonly fragment: Fragment;
  readonly outline?: Outline;
}

/** What became of the documents when projects were read again. */
export interface DocumentChanges {
  readonly changed: readonly URI[];
  readonly deleted: readonly URI[];
}

/** The projects of the open files: all files of each, open or not. */
export class Projects {
  private readonly services: EditorServices;
  private readonly host: Host;
  private readonly byRoot = new Map<string, EditorProject>();
  private byFile = new Map<string, EditorProject[]>();
  private own = new Map<string, EditorProject>();
  /** By the root of the project and the URI. */
  private readonly read = new Map<string, ReadonlyMap<string, ReadFile>>();
  /** As they are on disk. */
  private texts = new Map<string, string>();

  constructor(services: EditorServices, host: Host) {
    this.services = services;
    this.host = host;
  }

  get all(): readonly EditorProject[] {
    return [...this.byRoot.values()];
  }

  /** The projects that see a document: its own, and those that use it. */
  containing(uri: URI): readonly EditorProject[] {
    return this.byFile.get(uri.toString()) ?? [];
  }

  /** The project that a document is part of, or as long as that is not open, one that uses it. */
  of(uri: URI): EditorProject | undefined {
    return this.own.get(uri.toString()) ?? this.containing(uri)[0];
  }

  /** The text of a file that is not open. */
  textOf(uri: URI): string | undefined {
    return this.texts.get(uri.toString());
  }

  uri(project: Pick<ProjectFiles, 'root' | 'shownRoot'>, path: string): string {
    if (isOnlyText(project, path)) return path;
    return this.host.uriOf(join(project.shownRoot, path)).toString();
  }

  /** What the files of a project say, each read again only when its text has changed. */
  async fragments(project: EditorProject, cancel: Cancellation.CancellationToken): Promise<readonly Fragment[]> {
    const before = this.read.get(project.root);
    const opened = this.opened;
    const now = new Map<string, ReadFile>();
    for (const [uri, path] of project.files) {
      const open = opened.get(uri)?.getText();
      const text = open ?? this.texts.get(uri) ?? '';
      const known = before?.get(uri);
      const isEnough = open !== undefined || known?.outline !== undefined;
      if (known?.text === text && known.fragment.path === path && isEnough) now.set(uri, known);
      else {
        await interruptAndCheck(cancel);
        const source = { path, text };
        now.set(uri, { text, ...(open === undefined ? readOutlined(source) : { fragment: readFragment(source) }) });
      }
    }
    await interruptAndCheck(cancel);
    this.read.set(project.root, now);
    return [...now.values()].map(({ fragment }) => fragment);
  }

  /** What has been read of a project last, by URI. */
  readOf({ root }: EditorProject): ReadonlyMap<string, ReadFile> {
    return this.read.get(root) ?? new Map();
  }

  /** What all files of all projects say, by URI. */
  get fragmentsByUri(): ReadonlyMap<string, Fragment> {
    const all = this.all.flatMap((project) => [...this.readOf(project)]);
    return new Map(all.map(([uri, { fragment }]) => [uri, fragment]));
  }

  /** Does an open document wait for its project to be read? */
  lacks(open: readonly TextDocument[]): boolean {
    return open.some(({ uri }) => !this.own.has(uri));
  }

  /** Reads the projects again whose files or settings may have changed, and those of documents that have none yet. */
  async refresh(open: readonly TextDocument[], isStale: (project: EditorProject) => boolean): Promise<DocumentChanges> {
    const before = this.texts;
    const stale = this.all.filter(isStale);
    for (const { root } of stale) this.byRoot.delete(root);
    this.settle();
    const fs = withOpenFiles(this.host.files, await this.openTexts(open));
    for (const document of open) {
      if (this.own.has(document.uri)) continue;
      const path = this.host.pathOf(URI.parse(document.uri));
      const isFile = path !== undefined;
      await this.add(isFile ? await openProject(path, fs) : projectOfText(document.uri, document.getText()));
    }
    for (const project of stale) await this.addAgain(project, fs);
    for (const root of this.read.keys()) if (!this.byRoot.has(root)) this.read.delete(root);
    const uris = [...this.texts.keys()];
    return {
      changed: uris.filter((uri) => before.get(uri) !== this.texts.get(uri)).map((uri) => URI.parse(uri)),
      deleted: [...before.keys()].filter((uri) => !this.texts.has(uri)).map((uri) => URI.parse(uri)),
    };
  }

  /** A project of which nothing is open any more: as long as one of its files is there. */
  private async addAgain(project: EditorProject, fs: ReadableFiles): Promise<void> {
    for (const [uri, path] of project.files) {
      if (project.foreign.has(path)) continue;
      const place = this.host.pathOf(URI.parse(uri));
      if (this.own.has(uri) || place === undefined) return;
      if (!(await fs.stat(place).catch(() => undefined))) continue;
      await this.add(await openProject(place, fs));
      return;
    }
  }

  private async add(files: ProjectFiles): Promise<void> {
    const index = new NameIndex(this.services);
    const paths = new Map(files.sources.map(({ path }) => [this.uri(files, path), path]));
    const project = { ...files, files: paths, index, names: new Names(index, this.services.AstReflection) };
    // A folder without settings of its own is part of the project of a folder above it, once that is open.
    for (const inner of this.all) if (isWithin(inner, project)) this.byRoot.delete(inner.root);
    this.byRoot.set(project.root, project);
    this.settle();
    const { workspace, editor } = this.services;
    for (const key of paths.keys()) {
      const uri = URI.parse(key);
      const closed = editor.ClosedFiles.get(key);
      if (closed) index.updateNames(uri, closed.space.package, [...closed.names]);
      else if (workspace.LangiumDocuments.hasDocument(uri)) {
        const document = workspace.LangiumDocuments.getDocument(uri);
        if (document && document.state >= DocumentState.IndexedContent) await index.updateContent(document);
      }
    }
  }

  /** By their paths without links. */
  private async openTexts(open: readonly TextDocument[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const document of open) {
      const path = this.host.pathOf(URI.parse(document.uri));
      if (path === undefined || dirname(path) === path) continue;
      texts.set(await realPath(this.host.files, path), document.getText());
    }
    return texts;
  }

  /** The open documents, by their URIs as the editor writes them and as projects do: for who asks of thousands of files. */
  get opened(): ReadonlyMap<string, TextDocument> {
    const open = this.services.workspace.TextDocuments?.all() ?? [];
    return new Map(open.flatMap((one) => [[one.uri, one] as const, [UriUtils.normalize(one.uri), one] as const]));
  }

  private settle(): void {
    this.byFile = new Map();
    this.own = new Map();
    this.texts = new Map();
    for (const project of this.all) {
      for (const { path, text } of project.sources) {
        const uri = this.uri(project, path);
        this.byFile.set(uri, [...(this.byFile.get(uri) ?? []), project]);
        if (!project.foreign.has(path)) this.own.set(uri, project);
        this.texts.set(uri, text);
      }
    }
  }
}

function isWithin(inner: EditorProject, outer: EditorProject): boolean {
  if (inner.root === outer.root) return false;
  return [...inner.files.keys()].every((uri) => {
    const path = outer.files.get(uri);
    return path !== undefined && !outer.foreign.has(path);
  });
}
