/** `@weir/runtime/testing`: a service or a whole system in memory, in any test runner. See docs/testing.md. */

export type { Clock } from '../policy/clock.ts';
export { idempotencyContract, type StoreCase, type StoreUnderTest } from '../server/idempotency-contract.ts';
export type {
  CallAnswer,
  CallArguments,
  Contract,
  Fake,
  FakeCall,
  Fakes,
  TestCallOptions,
  TestPrincipal,
} from './contract.ts';
export type { Duration } from './duration.ts';
export type { EdgeFaults, How, Where } from './faults.ts';
export type { LogLine } from './observed.ts';
export {
  type EventControl,
  type GivenUp,
  type ServiceTest,
  type TestControls,
  type TestFaults,
  type TestServiceOptions,
  testService,
} from './test-service.ts';
export { type SystemTest, type TestPart, type TestSystemOptions, testSystem } from './test-system.ts';
export type { Delivered, PublishedEvent, TestedService } from './tested-service.ts';
