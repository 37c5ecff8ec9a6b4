import { type Cancellation, interruptAndCheck } from 'langium';
import type { Model } from '../../model/model.ts';
import { checkProjectInSteps } from '../../project/check.ts';
import { type Diagnostic, lastReadingRule } from '../../rules/index.ts';
import type { EditorProject } from '../workspace/projects.ts';

/** A check of a project that is under way, rule by rule: between two of them whoever waits has a turn, and may end it. */
export class Run {
  readonly model: Model;
  private readonly steps: ReturnType<typeof checkProjectInSteps>;

  constructor(project: EditorProject, model: Model) {
    this.model = model;
    this.steps = checkProjectInSteps(project, model);
  }

  /** What is wrong with the texts themselves, which comes first. To be asked before the rest, if at all. */
  async reading(cancel: Cancellation.CancellationToken): Promise<readonly Diagnostic[]> {
    for (;;) {
      await interruptAndCheck(cancel);
      const step = this.steps.next();
      if (step.done) return step.value;
      if (step.value.rule === lastReadingRule) return step.value.found;
    }
  }

  /**
   * All that is found.
   *
   * @param leave lets others have their turn, and throws to end the check
   */
  async rest(leave: () => Promise<void>): Promise<readonly Diagnostic[]> {
    for (;;) {
      await leave();
      const step = this.steps.next();
      if (step.done) return step.value;
    }
  }
}
