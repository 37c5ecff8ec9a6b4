import type { Model } from '../model/model.ts';
import { check, type Diagnostic } from '../rules/index.ts';
import type { LoadedProject } from './project.ts';

/**
 * What the rules have to say of a project, by its own settings: the CLI and the editor tell the same. Of a project that
 * this one uses only the errors are told: what else there is to say is said where that project is checked itself.
 */
export function checkProject(
  { config, foreign }: Pick<LoadedProject, 'config' | 'foreign'>,
  model: Model,
): readonly Diagnostic[] {
  return check(model, { rules: config.rules }).filter(
    ({ severity, at }) => severity === 'error' || !foreign.has(at.file),
  );
}
