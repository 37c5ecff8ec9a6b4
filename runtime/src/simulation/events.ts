import type { EdgeEvent } from '../policy/call.ts';
import type { Violation } from './invariants/violation.ts';
import type { CallModel, Disturbance } from './system.ts';

/** What happens in a simulation, as it happens. `at` is a process, `call` the number of a call. */
export type SimulationEvent =
  | { readonly kind: 'call'; readonly at: string; readonly call: number; readonly model: CallModel }
  /** What the policies do for the call. */
  | { readonly kind: 'edge'; readonly at: string; readonly call: number; readonly event: EdgeEvent }
  /** The caller has gone. */
  | { readonly kind: 'left'; readonly at: string; readonly call: number }
  | { readonly kind: 'settled'; readonly at: string; readonly call: number; readonly error: unknown }
  /** A server has got a request, and answered it. */
  | { readonly kind: 'received'; readonly at: string; readonly call: number; readonly from: string }
  | { readonly kind: 'answered'; readonly at: string; readonly call: number; readonly error: unknown }
  | { readonly kind: 'begins' | 'ends'; readonly disturbance: Disturbance }
  | { readonly kind: 'violation'; readonly violation: Violation };

/** Told of each event, with the instant in milliseconds. */
export type Reporter = (event: SimulationEvent, instant: number) => void;
