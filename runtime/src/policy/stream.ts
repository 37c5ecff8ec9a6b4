import { ServiceError } from '../errors.ts';
import type { Alarm } from './alarms.ts';
import type { AttemptRun } from './attempt.ts';
import type { Attempt, EdgeCall, EdgeStream } from './call.ts';
import { cancelledBy, deadlineError, targetOf } from './ends.ts';
import { EdgeRun } from './run.ts';
import type { PolicyState } from './state.ts';

/** A stream whose first message (or end) is there. */
interface Opened<T> {
  readonly attempt: AttemptRun<Opened<T>>;
  readonly messages: AsyncIterator<T>;
  readonly first: IteratorResult<T>;
}

/**
 * Opens a server stream under a policy, when first read. Until the first message it is a call like any other: `timeout`
 * holds, breaker, limit and bulkhead apply, and it is retried or hedged. From then on only the deadline and the caller's
 * signal end it; the permit is held until it is over. Cache and fallback do not apply.
 */
export async function* openStream<T>(state: PolicyState, stream: EdgeStream<T>): AsyncGenerator<T, void, undefined> {
  const edge = state.edge(stream.policy, stream.destination);
  const { promise, resolve, reject } = Promise.withResolvers<Opened<T>>();
  const call: EdgeCall<Opened<T>> = {
    ...stream,
    fallbackOperation: undefined,
    discard: async ({ messages }) => messages.return?.(),
    attempt: (attempt) => open(stream, attempt as AttemptRun<Opened<T>>, run.deadlineAt),
  };
  const run: EdgeRun<Opened<T>> = new EdgeRun(state, edge, call, resolve, reject);
  run.start();
  const opened = await promise;
  const reader = new Reader(state, stream, opened, run.deadlineAt);
  try {
    for (let result = opened.first; !result.done; result = await reader.next()) yield result.value;
  } finally {
    reader.close();
  }
}

async function open<T>(stream: EdgeStream<T>, attempt: AttemptRun<Opened<T>>, deadlineAt: number): Promise<Opened<T>> {
  const messages = stream.attempt(longLived(attempt, deadlineAt))[Symbol.asyncIterator]();
  const first = await messages.next();
  attempt.outlives = true;
  return { attempt, messages, first };
}

/** The attempt as a stream's transport sees it: the timeout ends with the first message, so it is none of its deadline. */
function longLived(attempt: Attempt, deadlineAt: number): Attempt {
  return {
    endpoint: attempt.endpoint,
    number: attempt.number,
    get signal() {
      return attempt.signal;
    },
    deadlineAt: deadlineAt === Number.POSITIVE_INFINITY ? undefined : deadlineAt,
  };
}

/** Reads an open stream until it ends, the deadline comes, or the caller aborts or stops reading. */
class Reader<T> implements Alarm {
  readonly due: number;
  place = -1;
  readonly #state: PolicyState;
  readonly #stream: EdgeStream<T>;
  readonly #opened: Opened<T>;
  #rejectNext: ((error: unknown) => void) | undefined;
  #broken: ServiceError | undefined;
  #over: boolean;

  constructor(state: PolicyState, stream: EdgeStream<T>, opened: Opened<T>, deadlineAt: number) {
    this.#state = state;
    this.#stream = stream;
    this.#opened = opened;
    this.#over = opened.first.done === true;
    this.due = deadlineAt;
    if (deadlineAt !== Number.POSITIVE_INFINITY) state.alarms.add(this, state.clock.now());
    if (stream.signal?.aborted) this.handleEvent();
    else stream.signal?.addEventListener('abort', this);
  }

  async next(): Promise<IteratorResult<T>> {
    if (this.#broken) throw this.#broken;
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T>>();
    // Not Promise.race: against a promise that lives as long as the stream it would gather a reaction for each message.
    this.#rejectNext = reject;
    this.#opened.messages.next().then(resolve, reject);
    try {
      const result = await promise;
      if (result.done) this.#over = true;
      return result;
    } catch (error) {
      if (error !== this.#broken) this.#over = true;
      throw error;
    }
  }

  ring(): void {
    this.#break(deadlineError(targetOf(this.#stream)));
  }

  handleEvent(): void {
    this.#break(cancelledBy(this.#stream.signal!, targetOf(this.#stream)));
  }

  #break(error: ServiceError): void {
    this.#broken = error;
    this.#opened.attempt.abort(error);
    this.#rejectNext?.(error);
  }

  /** Frees what the stream holds; the permit once its transport is through. */
  close(): void {
    this.#state.alarms.remove(this);
    this.#stream.signal?.removeEventListener('abort', this);
    const { attempt, messages } = this.#opened;
    if (this.#over) {
      attempt.leave();
      return;
    }
    if (!this.#broken) attempt.abort(new ServiceError('cancelled', 'the reader has stopped', { origin: 'cancelled' }));
    const leave = () => attempt.leave();
    Promise.resolve(messages.return?.()).then(leave, leave);
  }
}
