import type { Model } from '../model/model.ts';
import { type CheckStep, check, checkInSteps, type Diagnostic } from '../rules/index.ts';
import type { LoadedProject } from './project.ts';

type Checked = Pick<LoadedProject, 'config' | 'foreign'>;

/**
 * What the rules have to say of a project, by its own settings: the CLI and the editor tell the same. Of a project that
 * this one uses only the errors are told: what else there is to say is said where that project is checked itself.
 */
export function checkProject(project: Checked, model: Model): readonly Diagnostic[] {
  return told(project, check(model, { rules: project.config.rules }));
}

/** The same rule by rule, for who has other things to do meanwhile. */
export function* checkProjectInSteps(project: Checked, model: Model): Generator<CheckStep, readonly Diagnostic[]> {
  return told(project, yield* checkInSteps(model, { rules: project.config.rules }));
}

const told = ({ foreign }: Checked, found: readonly Diagnostic[]): readonly Diagnostic[] =>
  found.filter(({ severity, at }) => severity === 'error' || !foreign.has(at.file));
