import { type AbortListener, LazySignal } from '../policy/lazy-signal.ts';

/** A signal that knows who listens to it. */
export class WatchedSignal extends LazySignal {
  readonly listeners = new Set<AbortListener>();
  /** Called when it aborts, and no listener. */
  onAbort: (() => void) | undefined;

  override addEventListener(type: 'abort', listener: AbortListener): void {
    this.listeners.add(listener);
    super.addEventListener(type, listener);
  }

  override removeEventListener(type: 'abort', listener: AbortListener): void {
    this.listeners.delete(listener);
    super.removeEventListener(type, listener);
  }

  override abort(reason?: unknown): void {
    this.listeners.clear();
    super.abort(reason);
    this.onAbort?.();
  }
}
