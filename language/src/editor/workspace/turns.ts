import { type Cancellation, DefaultWorkspaceLock, delayNextTick, OperationCancelled, ReadPriority } from 'langium';

/** A message goes out at so many turns of the event loop from when it was written. */
const turnsToSend = 3;

/**
 * The lock of the workspace, which knows who is being answered beside a build. Messages come in and go out at turns of the
 * event loop, of which building and checking leave none for a while: an answer that took a millisecond would wait for them.
 */
export class Turns extends DefaultWorkspaceLock {
  private readonly patience: number;
  private answering = 0;
  private hasAnswered = false;

  /** @param patience who answers for longer answers beside what else is done; milliseconds */
  constructor(patience = 20) {
    super();
    this.patience = patience;
  }

  override read<T>(action: () => Promise<T> | T, priority?: ReadPriority): Promise<T> {
    const answer = super.read(action, priority);
    if (priority !== ReadPriority.Immediate) return answer;
    this.answering++;
    const done = (): void => {
      this.answering--;
      this.hasAnswered = true;
    };
    answer.then(done, done);
    return answer;
  }

  /** What has been written is on its way. */
  async sent(): Promise<void> {
    for (let turn = 0; turn < turnsToSend; turn++) await delayNextTick();
  }

  /**
   * Who has asked is answered first. For those who do long work, between two pieces of it.
   *
   * @throws OperationCancelled if one has been asked meanwhile to end the work
   */
  async leave(cancel: Cancellation.CancellationToken): Promise<void> {
    // At the first a message comes in, at the second it is taken up.
    await delayNextTick();
    await delayNextTick();
    if (this.answering > 0 || this.hasAnswered) {
      const until = performance.now() + this.patience;
      while (this.answering > 0 && performance.now() < until) await delayNextTick();
      this.hasAnswered = false;
      await this.sent();
    }
    if (cancel.isCancellationRequested) throw OperationCancelled;
  }
}
