import { type LangiumDocument, URI } from 'langium';
import { Layouts } from '../../drawing/layouts.ts';
import type { Model } from '../../model/model.ts';
import type { Diagnostic } from '../../rules/index.ts';
import type { EditorServices } from '../services.ts';
import type { EditorProject } from '../workspace/projects.ts';
import { type Drawing, drawingOf, newsOf } from './drawing.ts';

/** Asks for the picture of a document's project. */
export interface TopologyParams {
  readonly textDocument: { readonly uri: string };
  /** The key of the picture that is shown: without one, a whole page is wanted. */
  readonly shown?: string;
  /** Scripts of the page run by this word only. */
  readonly nonce?: string;
}

export interface TopologyResult {
  /** Changes with whatever would look or read otherwise. */
  readonly key: string;
  /** Where nothing is shown yet. */
  readonly page?: string;
  /** Where another picture is shown. */
  readonly update?: ReturnType<typeof newsOf>;
  /** By how much all has moved since the first picture of the project. */
  readonly origin: Drawing['origin'];
  /** Is the text broken, and the picture the last one before that? */
  readonly stale: boolean;
  /** By path, as places in the picture have them, the URI of each file of the project. */
  readonly files: Readonly<Record<string, string>>;
}

interface Shown {
  readonly drawing: Drawing;
  readonly stale: boolean;
  /** What it was drawn from. */
  readonly model: Model;
  readonly found: readonly Diagnostic[];
}

/** A layout may take so long in an editor, in milliseconds, before a simpler one is shown. */
const patience = 5000;

/** The pictures of the projects that somebody looks at: each laid out from the one before, so that nothing jumps. */
export class Topology {
  private readonly services: EditorServices;
  private readonly shown = new Map<string, Shown>();
  /** Drawings under way, and those that wait for these: by the root of the project. */
  private readonly running = new Map<string, Promise<Shown | undefined>>();
  private readonly waiting = new Map<string, Promise<Shown | undefined>>();
  private readonly layouts: Layouts;

  constructor(services: EditorServices) {
    this.services = services;
    this.layouts = new Layouts(() => services.editor.Host.startThread(), patience);
  }

  /** The picture as the rules have seen the project last; null for a document without a project. */
  async answer(document: LangiumDocument, { shown, nonce }: TopologyParams): Promise<TopologyResult | null> {
    const project = this.services.editor.Projects.of(document.uri);
    const drawn = project && (await this.draw(project, document.uri));
    if (!project || !drawn) return null;
    const { drawing, stale } = drawn;
    const { key, origin, page } = drawing;
    const files = Object.fromEntries([...project.files].map(([uri, path]) => [path, uri]));
    const news = shown === undefined ? { page: page(nonce) } : shown === key ? {} : { update: newsOf(drawing) };
    return { key, ...news, origin, stale, files };
  }

  /** Of each project that somebody looks at and that has another picture by now, the URI of a file. */
  async changed(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const project of this.services.editor.Projects.all) {
      const before = this.shown.get(project.root);
      const [uri] = project.files.keys();
      if (!before || uri === undefined) continue;
      const now = await this.draw(project, URI.parse(uri));
      if (now && (now.drawing.key !== before.drawing.key || now.stale !== before.stale)) found.push(uri);
    }
    return found;
  }

  /** One drawing of a project at a time; whoever asks meanwhile gets the next one, which is of the text by then. */
  private draw(project: EditorProject, uri: URI): Promise<Shown | undefined> {
    const { root } = project;
    const running = this.running.get(root);
    if (!running) {
      const drawing = this.drawNow(project, uri).finally(() => this.running.delete(root));
      this.running.set(root, drawing);
      return drawing;
    }
    let waiting = this.waiting.get(root);
    if (!waiting) {
      const next = (): Promise<Shown | undefined> => {
        this.waiting.delete(root);
        return this.draw(project, uri);
      };
      waiting = running.then(next, next);
      this.waiting.set(root, waiting);
    }
    return waiting;
  }

  private async drawNow(project: EditorProject, uri: URI): Promise<Shown | undefined> {
    const { Findings } = this.services.editor;
    const model = Findings.modelOf(uri);
    if (!model) return undefined;
    const found = Findings.foundIn(uri);
    const before = this.shown.get(project.root);
    if (before && before.model === model && before.found === found) return before;
    const stale = found.some(({ rule }) => rule === 'syntax');
    const drawing =
      before && stale
        ? before.drawing
        : await drawingOf(model, found, (graph, previous) => this.layouts.lay(graph, previous), before?.drawing);
    const now = { drawing, stale, model, found };
    this.shown.set(project.root, now);
    return now;
  }
}
