/** The clients that handlers are given: what `calls` declares, and nothing else. */

import type { Logger } from 'pino';
import { Caller, type CallerClients, type CallerDeps, type CallFunction, type CallScope } from './client-caller.ts';
import { createEdge, type Edge, policyOn } from './client-edge.ts';
import type { Transports } from './client-transport.ts';
import type { ClientPolicy, OperationDefinition, ServiceDefinition } from './definition.ts';
import { type GrpcClientOptions, grpcTransport } from './grpc/client.ts';
import { httpTransport } from './http/client.ts';
import type { EdgeObserver } from './observe/observe.ts';
import type { TrustOf } from './tls/trust.ts';

export interface ClientDeps extends CallerDeps {
  readonly log: Logger;
  readonly observe: EdgeObserver;
  /** What destinations are shown over TLS, and who they have to be; what Node trusts otherwise. */
  readonly trustOf?: TrustOf | undefined;
  /** How gRPC is spoken. */
  readonly grpc?: Pick<GrpcClientOptions, 'answerLimit' | 'compressAbove'> | undefined;
  /** What carries calls; sockets otherwise. */
  readonly transports?: Transports | undefined;
}

export interface Clients {
  /** The functions that one run of a handler may call. */
  forCaller(calls: OperationDefinition['calls'], scope: CallScope): CallerClients;
  /** Calls by the policy `to` go on with what those by `from` have left: breakers, limits, cached answers. */
  inherit(service: string, operation: string, change: { readonly from: ClientPolicy; readonly to: ClientPolicy }): void;
  /** Closes all connections; running calls fail. */
  close(): Promise<void>;
}

/**
 * The clients of a service: by gRPC where the callee speaks it, otherwise by HTTP. One pool of connections for each
 * address, shared by all callers. Throws when an operation of the definition cannot be called by either.
 */
export function createClients(definition: Pick<ServiceDefinition, 'clients' | 'types'>, deps: ClientDeps): Clients {
  const transports = deps.transports ?? {
    grpc: grpcTransport(deps.codec, { ...deps.grpc, trustOf: deps.trustOf }),
    http: httpTransport(deps.codec, definition.types, deps.trustOf),
  };
  const edges = new Map<string, Edge>();
  for (const [service, destination] of Object.entries(definition.clients)) {
    for (const [operation, contract] of Object.entries(destination.operations)) {
      edges.set(`${service}.${operation}`, createEdge(destination, contract, transports, deps.observe));
    }
  }
  const edgeOf = (service: string, operation: string): Edge => {
    const edge = edges.get(`${service}.${operation}`);
    if (edge === undefined)
      throw new Error(`the definition calls ${service}.${operation} but describes no such client`);
    return edge;
  };
  return {
    forCaller: (calls, scope) => clientsOf(new Caller(deps, scope, calls, edgeOf), calls),
    inherit(service, operation, { from, to }) {
      const edge = edgeOf(service, operation);
      const old = edge.policies.get(from);
      // Where nobody has called by it there is nothing to inherit.
      if (old !== undefined) deps.state.inherit(old, policyOn(edge, to, deps.codec), edge.destination.name);
    },
    async close() {
      await Promise.all([transports.grpc.close(), transports.http.close()]);
    },
  };
}

function clientsOf(caller: Caller, calls: OperationDefinition['calls']): CallerClients {
  const clients: Record<string, Record<string, CallFunction>> = {};
  for (const [service, operations] of Object.entries(calls)) {
    const functions: Record<string, CallFunction> = {};
    for (const [operation, policy] of Object.entries(operations)) {
      functions[operation] = caller.functionFor(service, operation, policy);
    }
    clients[service] = functions;
  }
  return clients;
}
