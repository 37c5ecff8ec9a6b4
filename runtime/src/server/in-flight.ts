/** Calls that have not been answered yet, so that a service that stops can end them. */

import { ServiceError } from '../errors.ts';

export interface InFlight {
  /** A call has arrived. Abort the controller when its caller goes away, and `end` it when it is answered. */
  begin(kind: 'unary' | 'stream'): AbortController;
  end(call: AbortController): void;
  /** Ends streams only: a watch has no end of its own that a drain could wait for. */
  stopStreams(): void;
  stopAll(): void;
}

export function createInFlight(service: string): InFlight {
  const unary = new Set<AbortController>();
  const streams = new Set<AbortController>();
  let streamsStopped = false;
  const stop = (calls: Set<AbortController>) => {
    for (const call of calls) call.abort(stopping(service));
    calls.clear();
  };
  return {
    begin(kind) {
      const call = new AbortController();
      if (kind === 'stream' && streamsStopped) call.abort(stopping(service));
      else (kind === 'stream' ? streams : unary).add(call);
      return call;
    },
    end(call) {
      unary.delete(call);
      streams.delete(call);
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
