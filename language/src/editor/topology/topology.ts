import { type LangiumDocument, URI } from 'langium';
import { loadLayout } from '../../diagram/index.ts';
import type { EditorServices } from '../services.ts';
import type { EditorProject } from '../workspace/projects.ts';
import { type Drawing, drawingOf, type Layout } from './drawing.ts';

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
  readonly update?: Pick<Drawing, 'svg' | 'data'>;
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
}

/** The pictures of the projects that somebody looks at: each laid out from the one before, so that nothing jumps. */
export class Topology {
  private readonly services: EditorServices;
  private readonly shown = new Map<string, Shown>();
  private layout: Promise<Layout> | undefined;

  constructor(services: EditorServices) {
    this.services = services;
  }

  /** The picture as the rules have seen the project last; null for a document without a project. */
  async answer(document: LangiumDocument, { shown, nonce }: TopologyParams): Promise<TopologyResult | null> {
    const project = this.services.editor.Projects.of(document.uri);
    const drawn = project && this.draw(project, document.uri, await this.layouts());
    if (!project || !drawn) return null;
    const { drawing, stale } = drawn;
    const { key, svg, data, origin, page } = drawing;
    const files = Object.fromEntries([...project.files].map(([uri, path]) => [path, uri]));
    const news = shown === undefined ? { page: page(nonce) } : shown === key ? {} : { update: { svg, data } };
    return { key, ...news, origin, stale, files };
  }

  /** Of each project that somebody looks at and that has another picture by now, the URI of a file. */
  async changed(): Promise<readonly string[]> {
    const { Projects } = this.services.editor;
    const layout = this.shown.size > 0 ? await this.layouts() : undefined;
    return Projects.all.flatMap((project) => {
      const before = this.shown.get(project.root);
      const [uri] = project.files.keys();
      if (!layout || !before || uri === undefined) return [];
      const now = this.draw(project, URI.parse(uri), layout);
      return now && (now.drawing.key !== before.drawing.key || now.stale !== before.stale) ? [uri] : [];
    });
  }

  private draw(project: EditorProject, uri: URI, layout: Layout): Shown | undefined {
    const { Findings } = this.services.editor;
    const model = Findings.modelOf(uri);
    if (!model) return undefined;
    const found = Findings.foundIn(uri);
    const before = this.shown.get(project.root);
    const stale = found.some(({ rule }) => rule === 'syntax');
    const drawing = before && stale ? before.drawing : drawingOf(model, found, layout, before?.drawing);
    const now = { drawing, stale };
    this.shown.set(project.root, now);
    return now;
  }

  /** Graphviz is loaded for the first who looks. */
  private layouts(): Promise<Layout> {
    this.layout ??= loadLayout();
    return this.layout;
  }
}
