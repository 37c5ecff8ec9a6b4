/** Calls that have not been answered yet, so that a service that stops can end them. */

import { ServiceError } from '../errors.ts';
import { LazySignal } from '../policy/lazy-signal.ts';

export interface InFlight {
  /** A call has arrived. Abort it when its caller goes away, and `end` it when it is answered. */
  begin(kind: 'unary' | 'stream'): LazySignal;
  end(call: LazySignal): void;
  /** Ends streams only: a watch has no end of its own that a drain could wait for. */
  stopStreams(): void;
  stopAll(): void;
}

export function createInFlight(service: string): InFlight {
  const unary = new Set<LazySignal>();
  const streams = new Set<LazySignal>();
  let streamsStopped = false;
  const stop = (calls: Set<LazySignal>) => {
    for (const call of calls) call.abort(stopping(service));
    calls.clear();
  };
  return {
    begin(kind) {
      const call = new LazySignal();
      if (kind === 'stream' && streamsStopped) call.abort(stopping(service));
      else (kind === 'stream' ? streams : unary).add(call);
      return call;
    },
    end(call) {
      if (!unary.delete(call)) streams.delete(call);
    },
    stopStreams() {
      streamsStopped = true;
      stop(streams);
    },
    stopAll() {
      streamsStopped = true;
      stop(streams);
      stop(unary);
    },
  };
}

function stopping(service: string): ServiceError {
  return new ServiceError('unavailable', `${service} is shutting down; call again.`);
}
