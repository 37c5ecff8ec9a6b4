import type { TransportOperation, Transports } from './client-transport.ts';
import type { Codec } from './codec/codec.ts';
import type { ClientDefinition, ClientPolicy, OperationContract, RouteDefinition } from './definition.ts';
import type { TracedEdge } from './observe/call-span.ts';
import { grpcSubject, httpSubject } from './observe/conventions.ts';
import type { EdgeObserver } from './observe/observe.ts';

/** An operation of another service, with the transport that reaches it. */
export interface Edge {
  readonly destination: ClientDefinition;
  readonly contract: OperationContract;
  readonly kind: 'grpc' | 'http';
  readonly transport: TransportOperation;
  /** Lower case: the name of a header and of gRPC metadata. */
  readonly idempotencyHeader: string;
  /** Policies as the edge applies them, by those of the definition. */
  readonly policies: WeakMap<ClientPolicy, ClientPolicy>;
  readonly observe: ReturnType<EdgeObserver>;
  readonly traced: TracedEdge;
}

export function createEdge(
  destination: ClientDefinition,
  contract: OperationContract,
  transports: Transports,
  observe: EdgeObserver,
): Edge {
  const kind = destination.grpc === undefined ? 'http' : 'grpc';
  const transport = transports[kind].operation(destination, contract);
  const idempotencyHeader = (contract.idempotencyHeader ?? 'Idempotency-Key').toLowerCase();
  const subject = { to: destination.name, operation: contract.name, transport: kind } as const;
  return {
    destination,
    contract,
    kind,
    transport,
    idempotencyHeader,
    policies: new WeakMap(),
    observe: observe(subject),
    traced: {
      ...subject,
      external: destination.external === true,
      streams: contract.stream === 'server' || contract.stream === 'both',
      attempt: attemptOf(destination, contract),
    },
  };
}

function attemptOf({ grpc }: ClientDefinition, contract: OperationContract): TracedEdge['attempt'] {
  if (grpc !== undefined) return grpcSubject(`${grpc.service}/${contract.name}`);
  const route = callableRoute(contract);
  return route ? httpSubject('client', route.method, route.path) : { name: contract.name, attributes: {} };
}

/** The route by which an operation is called over HTTP: the first that can bring an answer. */
export function callableRoute({ routes }: OperationContract): RouteDefinition | undefined {
  return routes.find(({ method }) => method !== 'HEAD' && method !== 'OPTIONS') ?? routes[0];
}

/** The policy of the definition, made ready for the edge: once, since what policies remember goes by the object. */
export function policyOn(edge: Edge, declared: ClientPolicy, codec: Codec): ClientPolicy {
  const known = edge.policies.get(declared);
  if (known !== undefined) return known;
  const ready = requestsStream(edge.contract) ? withoutRepeats(declared) : withLiteral(edge, declared, codec);
  edge.policies.set(declared, ready);
  return ready;
}

function requestsStream({ stream }: OperationContract): boolean {
  return stream === 'client' || stream === 'both';
}

/** Without what repeats calls or remembers answers: a stream of requests can be sent only once. */
function withoutRepeats(policy: ClientPolicy): ClientPolicy {
  const { retry: _retry, hedge: _hedge, cache: _cache, fallback: _fallback, ...rest } = policy;
  return rest;
}

/** A literal that stands in for an answer is in JSON form; handlers get the TypeScript form, as of any answer. */
function withLiteral({ destination, contract }: Edge, policy: ClientPolicy, codec: Codec): ClientPolicy {
  if (policy.fallback?.to !== 'literal' || contract.response === undefined) return policy;
  try {
    return { ...policy, fallback: { to: 'literal', value: codec.fromJson(contract.response, policy.fallback.value) } };
  } catch (cause) {
    const target = `${destination.name}.${contract.name}`;
    const problem = (cause as Error).message;
    throw new Error(`the literal that stands in for ${target} is no ${contract.response}: ${problem}`, { cause });
  }
}
