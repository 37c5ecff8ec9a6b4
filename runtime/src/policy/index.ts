/**
 * `@weir/runtime/policy`: resilience policies, for any asynchronous function. See docs/policies.md.
 *
 * `policy` is what one uses by hand; the rest is for servers and clients, tests and simulators.
 */
export type {
  BalancePolicy,
  BreakerPolicy,
  BulkheadPolicy,
  CachePolicy,
  ClientPolicy,
  FallbackPolicy,
  HedgePolicy,
  LimitKey,
  LimitPolicy,
  RetryCause,
  RetryPolicy,
  ServerPolicy,
  ShedPolicy,
} from '../definition.ts';
export { type CodeName, type ErrorOrigin, type RefusedBy, ServiceError, type ServiceErrorOptions } from '../errors.ts';
export { type Admission, type AdmitCall, type AdmittedCall, type Cached, createAdmission } from './admission.ts';
export type { BreakerState } from './breaker.ts';
export { type Clock, systemClock } from './clock.ts';
export { DEFAULT_BREAKER, DEFAULT_RETRY } from './defaults.ts';
export {
  type Attempt,
  callEdge,
  createPolicyState,
  type EdgeCall,
  type EdgeEvent,
  type EdgeRequest,
  type EdgeStream,
  openStream,
  type PolicyState,
} from './edge.ts';
export { type Abortable, LazySignal, signalOf } from './lazy-signal.ts';
export { createLimiter, type LimitAnswer, type Limiter } from './limiter.ts';
export type { Outcome } from './outcome.ts';
export type { EjectionCause } from './outliers.ts';
export { type CallOptions, type Policy, type PolicyOptions, policy } from './policy.ts';
export { type Random, seededRandom } from './random.ts';
export type { BreakerReport, EjectionReport } from './state.ts';
export { type VirtualClock, virtualClock } from './virtual-clock.ts';
