import { resolve } from 'node:path';
import type { Model } from '../model/model.ts';
import type { LoadedProject } from '../project/project.ts';
import type { Diagnostic, Severity } from '../rules/index.ts';
import { type Progress, progressOn } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Characters that take longer than a moment to read. */
const many = 300_000;

export interface ReadProject {
  readonly project: LoadedProject;
  readonly model: Model;
}

export interface Analysis extends ReadProject {
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the project of a path and makes its model. */
export async function readProject(
  terminal: Terminal,
  path: string | undefined,
  progress: Progress = progressOn(terminal.err),
): Promise<ReadProject> {
  try {
    progress.say('looking for sources …');
    const { loadProject } = await import('../project/project.ts');
    const project = await loadProject(resolve(terminal.cwd, path ?? '.'));
    const characters = project.sources.reduce((sum, { text }) => sum + text.length, 0);
    progress.say(`reading ${project.sources.length} files …`, characters > many);
    const { readModel } = await import('../syntax/read.ts');
    return { project, model: await readModel(project.sources) };
  } finally {
    progress.clear();
  }
}

/** Reads the project of a path and checks it; `severities` by rule hold over the project's own. */
export async function analyze(
  terminal: Terminal,
  path: string | undefined,
  severities: Readonly<Record<string, Severity | 'off'>> = {},
): Promise<Analysis> {
  const progress = progressOn(terminal.err);
  const { project: read, model } = await readProject(terminal, path, progress);
  const { withSeverities } = await import('../project/rule-settings.ts');
  const project = { ...read, config: withSeverities(read.config, severities) };
  progress.say('checking …');
  const { checkProject } = await import('../project/check.ts');
  const diagnostics = checkProject(project, model);
  progress.clear();
  return { project, model, diagnostics };
}
