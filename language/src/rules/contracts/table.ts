import { listed } from '../../model/nearest.ts';
import { row } from '../rule.ts';

/** The rules of the group: name, severity, and what each says. */
export const contractsTable = {
  'duplicate-route': row({
    group: 'contracts',
    severity: 'error',
    summary: 'one method and path shape twice, in a service or on a gateway host',
    message: (v: { route: string; first: string; operation: string; where: string }) =>
      v.route === v.first
        ? `\`${v.route}\` is already a route of \`${v.operation}\` ${v.where}`
        : `\`${v.route}\` matches the same requests as \`${v.first}\` of \`${v.operation}\` ${v.where}`,
    hint: () => 'Change the path or the method of one of the two.',
  }),
  'path-parameter': row({
    group: 'contracts',
    severity: 'error',
    summary: '`{x}` that is no parameter, is optional, or is not a scalar; a parameter bound twice',
    fixable: true,
    message: (
      v: { name: string; operation: string; near?: string | undefined } & (
        | { wrong: 'missing' | 'optional' | 'twice' | 'rest' }
        | { wrong: 'type'; type: string }
      ),
    ) => {
      switch (v.wrong) {
        case 'missing':
          return `\`{${v.name}}\` is no parameter of \`${v.operation}\``;
        case 'optional':
          return `\`${v.name}\` may be absent, and a path cannot leave \`{${v.name}}\` out`;
        case 'type':
          return `\`${v.name}\` is ${v.type}, and a path can carry only a scalar or an enum`;
        case 'twice':
          return `\`{${v.name}}\` stands twice in this path`;
        case 'rest':
          return `\`{${v.name}*}\` takes the rest of the path, and more follows it`;
      }
    },
    hint: (v) => {
      switch (v.wrong) {
        case 'missing':
          return v.near ?? `Add \`${v.name}\` to the parameters of \`${v.operation}\`, or write it without braces.`;
        case 'optional':
          return `Make \`${v.name}\` required, or take it out of the path: it then comes from the query or the body.`;
        case 'type':
          return 'Put a scalar that identifies it into the path, and the rest into the query or the body.';
        case 'twice':
          return 'Bind each parameter once.';
        case 'rest':
          return 'Put it last.';
      }
    },
  }),
  'query-parameter': row({
    group: 'contracts',
    severity: 'error',
    summary: 'a message, map or stream would have to come from the query',
    message: (v: { name: string; type: string; method: string; operation: string }) =>
      `\`${v.name}\` of \`${v.operation}\` is ${v.type}, and over \`${v.method}\` it would have to come from the query`,
    hint: (v) =>
      `Give \`${v.name}\` as scalars or lists of them, or use \`POST\`, whose parameters come from the body.`,
  }),
  'http-stream': row({
    group: 'contracts',
    severity: 'error',
    summary: 'a route on an operation that streams from the client',
    fixable: true,
    message: (v: { operation: string }) =>
      `\`${v.operation}\` takes a stream from its client, which plain HTTP cannot carry`,
    hint: () => 'Remove the route and let clients use gRPC, or take a list instead of a stream.',
  }),
  'no-common-transport': row({
    group: 'contracts',
    severity: 'error',
    summary: 'a called operation can be reached neither by gRPC nor by a route',
    message: (v: { operation: string; service: string; routes: number; http: boolean; callers: number }) => {
      const calls = v.callers === 1 ? 'is called' : `is called from ${v.callers} places`;
      const http =
        v.routes === 0
          ? 'it has no `route`'
          : v.http
            ? 'it streams from the client'
            : `\`${v.service}\` has no \`http\` port for its route`;
      return `\`${v.operation}\` ${calls}, but \`${v.service}\` has no \`grpc\` port and ${http}`;
    },
    hint: (v) =>
      v.routes > 0 && !v.http
        ? `Give \`${v.service}\` an \`http\` or a \`grpc\` port.`
        : `Give \`${v.service}\` a \`grpc\` port, or the operation a \`route\`.`,
  }),
  'error-status': row({
    group: 'contracts',
    severity: 'error',
    summary: "an error's status outside 400..599",
    message: (v: { name: string; status: number }) =>
      `the error \`${v.name}\` has the status ${v.status}, which does not say that something failed`,
    hint: () => "Use 400..499 where the caller can mend it, 500..599 where the fault is the service's.",
  }),
  'read-that-writes': row({
    group: 'contracts',
    severity: 'warning',
    summary: 'a `reads` operation publishes, or calls a write',
    fixable: true,
    message: (v: { operation: string; writes: readonly string[]; events: readonly string[] }) => {
      const does = [
        ...(v.writes.length > 0
          ? [`calls ${listed(v.writes, 'and')}, which ${v.writes.length === 1 ? 'is a write' : 'are writes'}`]
          : []),
        ...(v.events.length > 0 ? [`publishes ${listed(v.events, 'and')}`] : []),
      ];
      return `\`${v.operation}\` says \`reads\`, but ${does.join(', and ')}`;
    },
    hint: () =>
      'What reads may be retried, hedged and cached: remove `reads` (and its `GET` route), or do the writing elsewhere.',
  }),
  'unauthenticated-route': row({
    group: 'contracts',
    severity: 'warning',
    summary: 'a gateway reaches an operation with no `auth`',
    message: (v: { operation: string; gateway: string }) =>
      `anyone can reach \`${v.operation}\` through the gateway \`${v.gateway}\`: neither the operation, nor its service, nor the gateway says who may call`,
    hint: () => 'Add `auth`, or `auth none` where that is meant.',
  }),
  'unlimited-route': row({
    group: 'contracts',
    severity: 'warning',
    summary: 'a gateway reaches an operation that no `limit` guards',
    message: (v: { operation: string; gateway: string }) =>
      `one client can send \`${v.operation}\` as many requests as it likes through the gateway \`${v.gateway}\`: no \`limit\` guards it`,
    hint: () =>
      'Give the gateway, the service or the operation a `limit`, for instance `limit { rate 100/s  key client.ip }`.',
  }),
  'port-conflict': row({
    group: 'contracts',
    severity: 'error',
    summary: 'one port twice in a service',
    message: (v: { service: string; port: number }) =>
      `\`http\` and \`grpc\` of \`${v.service}\` both listen on port ${v.port}`,
    hint: () => 'Give each its own port, for instance `http 8080` and `grpc 9090`.',
  }),
};
