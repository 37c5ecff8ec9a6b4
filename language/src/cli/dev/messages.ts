/** What the process of the running system tells the one that watches. */
export type Message =
  | {
      readonly kind: 'ready';
      readonly services: readonly { readonly name: string; readonly http?: number; readonly grpc?: number }[];
      readonly gateways: readonly { readonly name: string; readonly url: string }[];
    }
  | { readonly kind: 'hop'; readonly hop: Hop }
  | { readonly kind: 'failed'; readonly message: string };

/** One call from one part of the system to another: as the runtime tells it. */
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly operation: string;
  readonly attempt: number;
  readonly transport: string;
  /** Milliseconds. */
  readonly latency: number;
  readonly outcome: string;
  readonly traceId: string;
}

/** The one thing that the process is told; that it is left alone means the same. */
export const stopMessage = 'stop';

/** Names of environment variables through which the process learns what to run. */
export const systemVariable = 'WEIR_DEV_SYSTEM';
export const gatewayPortsVariable = 'WEIR_DEV_GATEWAY_PORTS';
