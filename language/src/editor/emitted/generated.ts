import { type LangiumDocument, URI } from 'langium';
import type { Position, Range } from 'vscode-languageserver-types';
import { EmitError } from '../../emit/emit-error.ts';
import type { EmitOptions, Outputs } from '../../emit/emitter.ts';
import { defaultTargets, isTarget, type TargetName, targetNames, targets } from '../../emit/targets.ts';
import type { Model } from '../../model/model.ts';
import { isAboutReading } from '../../rules/index.ts';
import type { EditorServices } from '../services.ts';
import type { EditorProject } from '../workspace/projects.ts';
import { filesOf } from './files-of.ts';
import { languageOf } from './language-of.ts';
import { thingAt } from './thing-at.ts';

/** Asks for what is generated from the thing at a position, or for a file by its path. */
export interface GeneratedParams {
  readonly textDocument: { readonly uri: string };
  readonly target: string;
  readonly position?: Position;
  readonly path?: string;
  /** The key of the text that is shown. */
  readonly shown?: string;
}

/** A generated file; docs/editor.md has what each part means. */
export interface GeneratedResult {
  readonly target: string;
  readonly path: string;
  readonly paths: readonly string[];
  readonly name?: string;
  readonly languageId: string;
  readonly key: string;
  readonly text?: string;
  readonly range?: Range;
  readonly stale: boolean;
}

export interface GeneratedTargets {
  readonly name: string;
  readonly targets: readonly { readonly target: string; readonly title: string }[];
}

/** What tells that a text has changed. */
export type GeneratedChange = Pick<GeneratedParams, 'textDocument'> & {
  readonly target: string;
  readonly path: string;
};

interface Emitted {
  readonly outputs: Outputs;
  readonly stale: boolean;
}

/** What all could be generated from, and what that was. */
interface Good {
  readonly model: Model;
  readonly outputs: Outputs;
}

/** The picture has a preview of its own, and takes its time. */
const shownTargets: readonly TargetName[] = targetNames.filter((name) => name !== 'topology');

/** In larger systems every target is taken for one that makes something of a thing: to look would take seconds. */
const mostServices = 100;

/** Those that a build of the project writes. */
const chosenTargets = ({ config }: EditorProject): readonly string[] =>
  (config.emit ?? defaultTargets).filter((name) => shownTargets.some((one) => one === name));

const titles: Readonly<Record<string, string>> = {
  typescript: 'TypeScript',
  proto: 'proto',
  kubernetes: 'Kubernetes',
  openapi: 'OpenAPI',
  asyncapi: 'AsyncAPI',
  helm: 'Helm',
  graphql: 'GraphQL',
};

/** A target as people call it. */
const titleOf = (target: string): string => titles[target] ?? target;

/** What a build would write, as the texts are now; while they are broken, as they were. */
export class Generated {
  private readonly services: EditorServices;
  /** By root of the project and by target: of the last model that was whole. */
  private readonly good = new Map<string, Map<string, Good>>();
  /** Who has been given a text, and been told of no change since. */
  private readonly shown = new Map<string, { readonly change: GeneratedChange; readonly state: string }>();

  constructor(services: EditorServices) {
    this.services = services;
  }

  async answer(document: LangiumDocument, params: GeneratedParams): Promise<GeneratedResult | null> {
    const { target, position, shown } = params;
    const project = this.services.editor.Projects.of(document.uri);
    const emitted = project && (await this.emitted(project, document.uri, target));
    if (!project || !emitted) return null;
    const { outputs, stale } = emitted;
    const thing = position && thingAt(project, document, position);
    const files = (thing && attempt(stale, () => filesOf(outputs, thing))) ?? [];
    const [first] = files;
    const path = params.path ?? first?.path;
    const text = path === undefined ? undefined : attempt(stale, () => outputs.get(path)?.text);
    if (path !== undefined) this.remember({ textDocument: params.textDocument, target, path }, text, stale);
    if (path === undefined || text === undefined) return null;
    const key = keyOf(text);
    return {
      target,
      path,
      paths: params.path === undefined ? files.map((file) => file.path) : [path],
      ...(thing ? { name: thing.names.join('.') } : {}),
      languageId: languageOf(path),
      key,
      ...(shown === key ? {} : { text }),
      ...(first?.path === path ? { range: first.found.range } : {}),
      stale,
    };
  }

  /** The targets that make something of the thing at a position. */
  async targets(document: LangiumDocument, position: Position): Promise<GeneratedTargets | null> {
    const project = this.services.editor.Projects.of(document.uri);
    const thing = project && thingAt(project, document, position);
    if (!project || !thing) return null;
    const isLarge = (this.services.editor.Findings.modelOf(document.uri)?.services.length ?? 0) > mostServices;
    const found: { target: string; title: string }[] = [];
    for (const target of chosenTargets(project)) {
      const emitted = isLarge ? undefined : await this.emitted(project, document.uri, target);
      const files = emitted && attempt(emitted.stale, () => filesOf(emitted.outputs, thing));
      if (isLarge || (files && files.length > 0)) found.push({ target, title: titleOf(target) });
    }
    return found.length > 0 ? { name: thing.names.join('.'), targets: found } : null;
  }

  /** The texts that have changed since they were given, each told once. */
  async changed(): Promise<readonly GeneratedChange[]> {
    const { Projects } = this.services.editor;
    for (const root of this.good.keys()) if (!Projects.all.some((one) => one.root === root)) this.good.delete(root);
    const changes: GeneratedChange[] = [];
    for (const [id, { change, state }] of [...this.shown]) {
      const uri = URI.parse(change.textDocument.uri);
      const project = Projects.of(uri);
      const emitted = project && (await this.emitted(project, uri, change.target));
      const text = attempt(emitted?.stale === true, () => emitted?.outputs.get(change.path)?.text);
      if (emitted && stateOf(text, emitted.stale) === state) continue;
      this.shown.delete(id);
      changes.push(change);
    }
    return changes;
  }

  private remember(change: GeneratedChange, text: string | undefined, stale: boolean): void {
    this.shown.set(JSON.stringify(change), { change, state: stateOf(text, stale) });
  }

  /** What a target makes of the project; where that cannot be said, what it made of it before. */
  private async emitted(project: EditorProject, uri: URI, target: string): Promise<Emitted | undefined> {
    const { Findings } = this.services.editor;
    const model = Findings.modelOf(uri);
    if (!model || !isTarget(target) || !shownTargets.includes(target)) return undefined;
    const ofProject = this.good.get(project.root) ?? new Map<string, Good>();
    this.good.set(project.root, ofProject);
    const good = ofProject.get(target);
    if (good?.model === model) return { outputs: good.outputs, stale: false };
    const isBroken = Findings.foundIn(uri).some(({ rule, severity }) => severity === 'error' && isAboutReading(rule));
    if (isBroken && good) return { outputs: good.outputs, stale: true };
    const { emit } = await targets[target]();
    const outputs = attempt(isBroken, () => emit(model, this.options(project)));
    if (!outputs) return good && { outputs: good.outputs, stale: true };
    if (!isBroken) ofProject.set(target, { model, outputs });
    return { outputs, stale: isBroken };
  }

  private options({ config }: EditorProject): EmitOptions {
    return {
      out: config.out,
      services: config.services,
      kubernetesVersion: config.kubernetesVersion,
      runtimeVersion: this.services.editor.Host.version,
    };
  }
}

/** What a target cannot take is a finding of the build; in what is broken, anything may be missing. */
function attempt<T>(isBroken: boolean, make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (isBroken || error instanceof EmitError) return undefined;
    throw error;
  }
}

/** 64 bits: FNV-1a of 32 from two beginnings, http://www.isthe.com/chongo/tech/comp/fnv/ */
const keyOf = (text: string): string => `${fnv(text, 0x811c9dc5)}${fnv(text, 0x01000193)}`;

function fnv(text: string, basis: number): string {
  let hash = basis;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const stateOf = (text: string | undefined, stale: boolean): string =>
  `${text === undefined ? 'gone' : keyOf(text)} ${stale}`;
