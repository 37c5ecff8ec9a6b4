import { isAbsolute, join, resolve } from 'node:path';
import type { Cancellation, LangiumDocument, URI } from 'langium';
import type { Diagnostic, TextEdit } from 'vscode-languageserver';
import { choose, editsOf } from '../../fixes/choose.ts';
import { mendable } from '../../fixes/mend.ts';
import { Linker } from '../../model/link.ts';
import type { Model } from '../../model/model.ts';
import { configName } from '../../project/config.ts';
import type { Fault } from '../../project/fault.ts';
import { type Diagnostic as Found, isAboutReading } from '../../rules/index.ts';
import type { Host } from '../host.ts';
import type { EditorServices } from '../services.ts';
import type { EditorProject } from '../workspace/projects.ts';
import type { Turns } from '../workspace/turns.ts';
import { movedBy } from './moved.ts';
import { Run } from './run.ts';
import { type Finding, faultFinding, findingOf, textEdits } from './to-protocol.ts';

type ByFile = ReadonlyMap<string, readonly Finding[]>;

interface Result {
  readonly model: Model;
  /** As the rules tell it. */
  readonly found: readonly Found[];
  readonly byFile: ByFile;
  /** The texts of open documents that it is about. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What the rules have to say of each project, as the CLI says it, published file by file: of open files and of closed ones. */
export class Findings {
  private readonly services: EditorServices;
  private readonly results = new Map<EditorProject, Result>();
  /** What has to be checked again, with the check that has begun. */
  private readonly due = new Map<EditorProject, Run | undefined>();
  /** The documents of which nothing has been published since they changed. */
  private readonly changed = new Set<string>();
  private isPublished = true;
  private readonly published = new Map<string, string>();
  private readonly linkers = new WeakMap<EditorProject, Linker>();

  constructor(services: EditorServices) {
    this.services = services;
  }

  /** Of a document, by all projects that see it. */
  of(uri: URI | string): readonly Finding[] {
    const found = new Map<string, Finding>();
    for (const result of this.results.values()) {
      for (const finding of result.byFile.get(uri.toString()) ?? [])
        found.set(JSON.stringify(finding.diagnostic), finding);
    }
    return [...found.values()];
  }

  /** What the rules have seen last of a document's project: older than its text as long as a check is under way. */
  modelOf(uri: URI): Model | undefined {
    return this.resultOf(uri)?.model;
  }

  /** What the rules have found last in a document's project. */
  foundIn(uri: URI): readonly Found[] {
    return this.resultOf(uri)?.found ?? [];
  }

  private resultOf(uri: URI): Result | undefined {
    const project = this.services.editor.Projects.of(uri);
    return project && this.results.get(project);
  }

  /** What the fixes that leave no choice change in a document, and there alone: as `weir check --fix` would in one round. */
  fixesOf(document: LangiumDocument): TextEdit[] {
    const { Projects } = this.services.editor;
    for (const [project, { found }] of this.results) {
      const isIt = (path: string): boolean => Projects.uri(project, path) === document.uri.toString();
      const fixes = choose(mendable(found, isIt)).map(({ fix }) => fix);
      if (fixes.length > 0) return textEdits(document.textDocument, editsOf(fixes));
    }
    return [];
  }

  /** Notes that documents have changed, and forgets projects that are no more. */
  note(uris: readonly string[]): void {
    const { all } = this.services.editor.Projects;
    for (const project of this.results.keys()) if (!all.includes(project)) this.results.delete(project);
    for (const project of this.due.keys()) if (!all.includes(project)) this.due.delete(project);
    this.isPublished = false;
    for (const uri of uris) this.changed.add(uri);
    for (const project of all) {
      if (!this.results.has(project) || uris.some((uri) => project.files.has(uri))) this.due.set(project, undefined);
    }
  }

  /** Tells at once what is wrong with the texts of the documents; the rest is for `update`, but for projects that are new. */
  async read(cancel: Cancellation.CancellationToken): Promise<void> {
    for (const project of this.due.keys()) {
      const run = await this.start(project, cancel);
      this.due.set(project, run);
      if (this.results.has(project)) this.publishReading(project, await run.reading(cancel));
    }
    if (this.services.editor.Projects.all.some((project) => !this.results.has(project))) await this.update(cancel);
  }

  /** Checks the projects again in which something has changed, and publishes what is new. */
  async update(cancel: Cancellation.CancellationToken): Promise<void> {
    if (this.isPublished) return;
    for (const [project, run] of this.due) {
      this.results.set(project, await this.finish(project, run ?? (await this.start(project, cancel)), cancel));
      this.due.delete(project);
    }
    // From here on nothing waits, so that no change can come between the findings and the texts that they are about.
    this.publish(this.changed);
    this.changed.clear();
    this.isPublished = true;
  }

  private async start(project: EditorProject, cancel: Cancellation.CancellationToken): Promise<Run> {
    const fragments = await this.services.editor.Projects.fragments(project, cancel);
    return new Run(project, this.linkerOf(project).link(fragments));
  }

  private async finish(project: EditorProject, run: Run, cancel: Cancellation.CancellationToken): Promise<Result> {
    const { Projects, Host } = this.services.editor;
    const byFile = await faultsByFile(project, Host);
    // Where not all could be read, only what a file says by itself is certain.
    const turns = this.services.workspace.WorkspaceLock as Turns;
    const all = await run.rest(() => turns.leave(cancel));
    const found = project.faults.length === 0 ? all : all.filter(({ rule }) => rule === 'syntax');
    const uriOf = (path: string): string => Projects.uri(project, path);
    for (const one of found) {
      const uri = uriOf(one.at.file);
      const others = byFile.get(uri);
      const finding = findingOf(one, uriOf, Host);
      if (others) others.push(finding);
      else byFile.set(uri, [finding]);
    }
    return { model: run.model, found, byFile, texts: this.openTexts(project) };
  }

  private linkerOf(project: EditorProject): Linker {
    const linker = this.linkers.get(project) ?? new Linker();
    this.linkers.set(project, linker);
    return linker;
  }

  /**
   * Tells of the documents at hand what is wrong with their texts before the rules have looked at the whole; what those
   * have found last time stands where it has moved to.
   */
  private publishReading(project: EditorProject, found: readonly Found[]): void {
    const { editor, lsp } = this.services;
    const last = this.results.get(project);
    const texts = this.openTexts(project);
    for (const uri of this.changed) {
      const path = project.files.get(uri);
      const text = texts.get(uri);
      const before = last?.texts.get(uri);
      if (path === undefined || text === undefined || before === undefined || project.faults.length > 0) continue;
      const moved = movedBy(before, text);
      const uriOf = (file: string): string => editor.Projects.uri(project, file);
      const reading = found.filter(({ rule, at }) => at.file === path && isAboutReading(rule));
      const others = (last?.byFile.get(uri) ?? []).flatMap(({ diagnostic }) => {
        const range = isAboutReading(String(diagnostic.code)) ? undefined : moved(diagnostic.range);
        return range ? [{ ...diagnostic, range }] : [];
      });
      const diagnostics = [...reading.map((one) => findingOf(one, uriOf, editor.Host).diagnostic), ...others];
      this.published.set(uri, JSON.stringify(diagnostics));
      void lsp.Connection?.sendDiagnostics({ uri, diagnostics, ...this.version(uri) });
    }
  }

  private openTexts(project: EditorProject): ReadonlyMap<string, string> {
    const open = this.services.workspace.TextDocuments?.all() ?? [];
    return new Map([...open].filter(({ uri }) => project.files.has(uri)).map((one) => [one.uri, one.getText()]));
  }

  /** What a client moved about while its user edited is published again, even where it has not changed. */
  private publish(built: ReadonlySet<string>): void {
    const { lsp, workspace } = this.services;
    const uris = new Set([
      ...this.published.keys(),
      ...[...this.results.values()].flatMap(({ byFile }) => [...byFile.keys()]),
    ]);
    const opened = [...built].filter((uri) => workspace.TextDocuments.get(uri));
    for (const uri of new Set([...opened, ...uris])) {
      const diagnostics = this.of(uri).map(({ diagnostic }) => diagnostic);
      const text = JSON.stringify(diagnostics);
      if (this.published.get(uri) === text && !built.has(uri)) continue;
      if (diagnostics.length === 0) this.published.delete(uri);
      else this.published.set(uri, text);
      void lsp.Connection?.sendDiagnostics({ uri, diagnostics, ...this.version(uri) });
    }
  }

  private version(uri: string): { version?: number } {
    const open = this.services.workspace.TextDocuments.get(uri);
    return open ? { version: open.version } : {};
  }
}

async function faultsByFile(project: EditorProject, host: Host): Promise<Map<string, Finding[]>> {
  const byFile = new Map<string, Finding[]>();
  for (const fault of project.faults) {
    const uri = await placeOf(project, fault, host);
    byFile.set(uri, [...(byFile.get(uri) ?? []), faultFinding(fault)]);
  }
  return byFile;
}

/** Faults name files as people would: relative to the root, or to where the program was started. */
async function placeOf({ root, shownRoot }: EditorProject, { file }: Fault, host: Host): Promise<string> {
  const candidates = file === undefined ? [] : isAbsolute(file) ? [file] : [join(root, file), resolve(file)];
  for (const path of candidates) {
    const stats = await host.files.stat(path).catch(() => undefined);
    if (stats?.kind === 'file') return host.uriOf(join(shownRoot, path.slice(root.length))).toString();
  }
  return host.uriOf(join(shownRoot, configName)).toString();
}

/** Stands for Langium's checks of single documents: the rules see the whole project, and nothing is told twice. */
export class NoOwnChecks {
  private readonly findings: () => Findings;

  constructor(findings: () => Findings) {
    this.findings = findings;
  }

  async validateDocument(document: LangiumDocument): Promise<Diagnostic[]> {
    return this.findings()
      .of(document.uri)
      .map(({ diagnostic }) => diagnostic);
  }
}
