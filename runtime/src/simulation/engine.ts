import type { ServerPolicy } from '../definition.ts';
import { type Admission, createAdmission } from '../policy/admission.ts';
import { callEdge, createPolicyState, type EdgeCall, type EdgeStream, openStream } from '../policy/edge.ts';
import type { PolicyState, PolicyStateOptions } from '../policy/state.ts';

/** The code that is simulated. Tests of the simulator replace parts of it by faulty ones. */
export interface Engine {
  createPolicyState(options: PolicyStateOptions): PolicyState;
  callEdge<T>(state: PolicyState, call: EdgeCall<T>): Promise<T>;
  openStream<T>(state: PolicyState, stream: EdgeStream<T>): AsyncGenerator<T, void, undefined>;
  createAdmission(policy: ServerPolicy, state: PolicyState, target: string): Admission;
}

/** What production runs. */
export const PRODUCTION: Engine = { createPolicyState, callEdge, openStream, createAdmission };
