/** `@weir/runtime`: what generated services run on. */

export { type Codec, createCodec } from './codec/codec.ts';
export { ConfigError } from './config/config.ts';
export type { ConfigListener, LiveConfig } from './config/live.ts';
export type {
  AnswerHeaders,
  BidiStreamCall,
  BidiStreamHandler,
  CallContext,
  CallHeaders,
  CallOptions,
  CallReply,
  ClientStreamCall,
  ClientStreamHandler,
  EventContext,
  EventHandler,
  HeaderValue,
  Principal,
  ServerStreamCall,
  ServerStreamHandler,
  UnaryCall,
  UnaryHandler,
} from './context.ts';
export type * from './definition.ts';
export type { Resolve } from './discovery/resolve.ts';
export {
  type CodeName,
  DeclaredError,
  type DeclaredErrorClass,
  declaredError,
  type ErrorOrigin,
  ServiceError,
  type ServiceErrorOptions,
  type Violation,
} from './errors.ts';
export type { Broker, DeadLetter, Delivery, EventMessage } from './events/broker.ts';
export { memoryBroker } from './events/memory.ts';
export type { GrpcServer, GrpcTimeouts } from './grpc/server.ts';
export type { GrpcMethod, GrpcStatus, ServerCall } from './grpc/server-call.ts';
export type { GrpcOptions } from './grpc/service.ts';
export type { CompressionOptions } from './http/compression.ts';
export type { CorsOptions } from './http/cors.ts';
export { type GatewayOptions, type RunningGateway, startGateway } from './http/gateway.ts';
export type { Problem } from './http/problem.ts';
export type { HttpTimeouts } from './http/timeouts.ts';
export type { Metrics } from './observe/metrics.ts';
export type { Hop, HopListener } from './observe/observe.ts';
export type { TraceContext } from './observe/trace.ts';
export { type Clock, systemClock } from './policy/clock.ts';
export { type Random, seededRandom } from './policy/random.ts';
export type { Postgres, Queryable, Rows } from './resources/postgres.ts';
export type { Redis } from './resources/redis.ts';
export { type MemoryLimits, memoryIdempotencyStore } from './server/idempotency-memory.ts';
export type { Claimed, IdempotencyStore, KeptAnswer, KeyClaim } from './server/idempotency-store.ts';
export {
  type AnyHandler,
  type Handlers,
  type Ports,
  type RunningService,
  type RunOptions,
  type ServeOptions,
  serve,
} from './service.ts';
export { type RunningSystem, runSystem, type System, type SystemOptions, type SystemPart } from './system.ts';
export type { TlsFiles } from './tls/files.ts';
