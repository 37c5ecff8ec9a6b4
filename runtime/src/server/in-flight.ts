/** Calls that have not been answered yet, so that a service that stops can end them. */

import { ServiceError } from '../errors.ts';
import { LazySignal } from '../policy/lazy-signal.ts';

/** A call in flight. `place` belongs to `InFlight`. */
export class CallInFlight extends LazySignal {
  readonly kind: 'unary' | 'stream';
  place = -1;

  constructor(kind: 'unary' | 'stream') {
    super();
    this.kind = kind;
  }
}

export interface InFlight {
  /** Whether the service stops, so that a connection should have no call after this one. */
  readonly isDraining: boolean;
  readonly size: number;
  drain(): void;
  /** A call has arrived. Abort it when its caller goes away, and `end` it when it is answered. */
  begin(kind: 'unary' | 'stream'): CallInFlight;
  end(call: CallInFlight): void;
  /** Ends streams only: a watch has no end of its own that a drain could wait for. */
  stopStreams(): void;
  stopAll(): void;
}

export function createInFlight(service: string): InFlight {
  const calls: CallInFlight[] = [];
  let draining = false;
  let streamsStopped = false;
  const stop = (which: readonly CallInFlight[]) => {
    for (const call of which) call.abort(stopping(service));
  };
  const streams = () => calls.filter(({ kind }) => kind === 'stream');
  return {
    get isDraining() {
      return draining;
    },
    get size() {
      return calls.length;
    },
    drain() {
      draining = true;
    },
    begin(kind) {
      const call = new CallInFlight(kind);
      call.place = calls.push(call) - 1;
      if (kind === 'stream' && streamsStopped) call.abort(stopping(service));
      return call;
    },
    end(call) {
      const { place } = call;
      if (place < 0) return;
      call.place = -1;
      // The last one takes the place: a Set would spend more on finding a call than its handler may take.
      const last = calls.pop()!;
      if (last === call) return;
      calls[place] = last;
      last.place = place;
    },
    stopStreams() {
      streamsStopped = true;
      stop(streams());
    },
    stopAll() {
      streamsStopped = true;
      stop([...calls]);
    },
  };
}

function stopping(service: string): ServiceError {
  return new ServiceError('unavailable', `${service} is shutting down; call again.`);
}
