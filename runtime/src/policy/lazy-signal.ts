/** Who wants to hear of an abort. */
export interface AbortListener {
  handleEvent(): void;
}

/** What may be aborted, as those see it who must stop then: an `AbortSignal`, or one that is made only if asked for. */
export interface Abortable {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: AbortListener): void;
  removeEventListener(type: 'abort', listener: AbortListener): void;
}

const NONE: readonly AbortListener[] = [];

/** An abort whose `AbortSignal` is made when somebody asks: few do, and its listeners cost more than the rest of a call. */
export class LazySignal implements Abortable {
  aborted = false;
  reason: unknown;
  #listeners = NONE;
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.aborted) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  /** Only the first one counts. */
  abort(reason?: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason ?? new DOMException('This operation was aborted', 'AbortError');
    this.#controller?.abort(this.reason);
    const listeners = this.#listeners;
    this.#listeners = NONE;
    for (const listener of listeners) listener.handleEvent();
  }

  addEventListener(_type: 'abort', listener: AbortListener): void {
    this.#listeners = this.#listeners === NONE ? [listener] : [...this.#listeners, listener];
  }

  removeEventListener(_type: 'abort', listener: AbortListener): void {
    const [only] = this.#listeners;
    if (only === listener && this.#listeners.length === 1) this.#listeners = NONE;
    else this.#listeners = this.#listeners.filter((each) => each !== listener);
  }
}

/** The `AbortSignal` itself, for those who need one. */
export function signalOf(abortable: Abortable): AbortSignal {
  return abortable instanceof LazySignal ? abortable.signal : (abortable as AbortSignal);
}
