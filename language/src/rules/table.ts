import { listed } from '../model/nearest.ts';
import type { Row, Thresholds } from './rule.ts';

const row = <Values, Limits extends Thresholds = Record<never, number>>(it: Row<Values, Limits>): Row<Values, Limits> =>
  it;

/** What the builder of the model has written already; the table gives it its severity and its page. */
interface Read {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Every rule there is, in the order of the design: name, severity, and what it says. The functions stand in the groups' files. */
export const table = {
  // ── names and types ───────────────────────────────────────────────────────────────────────────────────────────────

  syntax: row({
    group: 'names and types',
    severity: 'error',
    summary: 'the text does not parse',
    reading: true,
    message: (v: Read) => v.message,
    hint: (v) => v.hint,
  }),
  'unresolved-reference': row({
    group: 'names and types',
    severity: 'error',
    summary: 'a name means nothing',
    reading: true,
    message: (v: Read) => v.message,
    hint: (v) => v.hint,
  }),
  'duplicate-name': row({
    group: 'names and types',
    severity: 'error',
    summary: 'two declarations of one kind share a name',
    message: (v: { what: string; name: string; scope: string }) =>
      `${v.scope} has another ${v.what} named \`${v.name}\``,
    hint: () => 'Rename one of the two, or remove it.',
  }),
  'name-collision': row({
    group: 'names and types',
    severity: 'error',
    summary: 'two names fall together in some target',
    message: (v: { one: string; other: string; becomes: string; where: string }) =>
      `${v.one} and ${v.other} both become \`${v.becomes}\` in ${v.where}`,
    hint: () => 'Rename one of the two.',
  }),
  'ambiguous-import': row({
    group: 'names and types',
    severity: 'error',
    summary: 'a name comes from two imports',
    reading: true,
    message: (v: Read) => v.message,
    hint: (v) => v.hint,
  }),
  unused: row({
    group: 'names and types',
    severity: 'hint',
    summary: 'an import, policy, type, auth or resource that nothing uses',
    message: (v: { what: string; name: string }) => `nothing uses the ${v.what} \`${v.name}\``,
    hint: () => 'Remove it, or use it.',
  }),
  'field-number': row({
    group: 'names and types',
    severity: 'error',
    summary: 'a number is missing, repeated, reserved or out of range',
    message: (
      v: { what: 'field' | 'value'; name: string } & (
        | { wrong: 'missing' }
        | { wrong: 'repeated'; number: number; first: string }
        | { wrong: 'reserved'; number: number }
        | { wrong: 'reserved-name' }
        | { wrong: 'kept'; number: number }
        | { wrong: 'range'; number: number; from: number; to: number }
      ),
    ) => {
      const subject = `the ${v.what} \`${v.name}\``;
      switch (v.wrong) {
        case 'missing':
          return `${subject} has no number`;
        case 'repeated':
          return `${subject} has the number ${v.number}, which \`${v.first}\` has already`;
        case 'reserved':
          return `${subject} has the number ${v.number}, which is reserved`;
        case 'reserved-name':
          return `the name \`${v.name}\` is reserved`;
        case 'kept':
          return `${subject} has the number ${v.number}; protobuf keeps 19000 to 19999 for itself`;
        case 'range':
          return `${subject} has the number ${v.number}, which is outside ${v.from}..${v.to}`;
      }
    },
    hint: (v) => {
      switch (v.wrong) {
        case 'missing':
        case 'repeated':
          return `The number is what identifies a ${v.what} in protobuf: give it one of its own, and never change it afterwards.`;
        case 'reserved':
          return 'It belonged to something that old messages may still hold: take a fresh number.';
        case 'reserved-name':
          return 'It belonged to something that is gone: take another name.';
        case 'kept':
        case 'range':
          return 'Take the next free number.';
      }
    },
  }),
  'enum-zero': row({
    group: 'names and types',
    severity: 'error',
    summary: 'an enum without a value 0',
    message: (v: { name: string }) =>
      `the enum \`${v.name}\` has no value 0, which is what protobuf reads where nothing was sent`,
    hint: () => 'Give 0 to a value that means "not known", for instance `unknown = 0`.',
  }),
  'infinite-type': row({
    group: 'names and types',
    severity: 'error',
    summary: 'a message that contains itself without `?`, `[]`, map or oneof',
    message: (v: { what: 'message' | 'type' | 'policy'; name: string; loop: string }) => {
      switch (v.what) {
        case 'message':
          return `every \`${v.name}\` contains another \`${v.name}\` (${v.loop}), so none is ever complete`;
        case 'type':
          return `the type \`${v.name}\` is defined by itself (${v.loop}), so it stands for nothing`;
        case 'policy':
          return `the policy \`${v.name}\` extends itself (${v.loop})`;
      }
    },
    hint: (v) => {
      switch (v.what) {
        case 'message':
          return 'Make one of these fields optional (`?`), a list (`[]`) or a member of a oneof.';
        case 'type':
          return 'Define one of them by another type.';
        case 'policy':
          return 'Let one of them extend nothing.';
      }
    },
  }),
  'field-type': row({
    group: 'names and types',
    severity: 'error',
    summary: 'a type that cannot stand where it is used, such as a list of lists or a map in a `oneof`',
    message: (v: { name: string; wrong: string; hint?: string }) => `\`${v.name}\` ${v.wrong}`,
    hint: (v) => v.hint,
  }),
  constraint: row({
    group: 'names and types',
    severity: 'error',
    summary: '`where` that does not fit the type, an empty range, a bad pattern, a default outside it',
    message: (
      v:
        | { wrong: 'misfit'; constraint: string; type: string; fits: string }
        | { wrong: 'empty'; constraint: string }
        | { wrong: 'apart'; constraint: string; inherited: string; alias: string }
        | { wrong: 'bound'; bound: string; type: string }
        | { wrong: 'pattern'; reason: string }
        | { wrong: 'default-type'; value: string; type: string }
        | { wrong: 'default-outside'; value: string; constraint: string },
    ) => {
      switch (v.wrong) {
        case 'misfit':
          return `${v.constraint} does not fit ${v.type}: it constrains ${v.fits}`;
        case 'empty':
          return `${v.constraint} admits no value at all`;
        case 'apart':
          return `${v.constraint} and ${v.inherited} of \`${v.alias}\` have no value in common`;
        case 'bound':
          return `\`${v.bound}\` is no value of ${v.type}`;
        case 'pattern':
          return `the pattern is no regular expression: ${v.reason}`;
        case 'default-type':
          return `the default \`${v.value}\` is no value of ${v.type}`;
        case 'default-outside':
          return `the default \`${v.value}\` is outside ${v.constraint}`;
      }
    },
    hint: (v) =>
      v.wrong === 'pattern' ? 'Patterns are regular expressions of ECMAScript with the flag `u`.' : undefined,
  }),
  unit: row({
    group: 'names and types',
    severity: 'error',
    summary: 'a quantity of the wrong dimension, or `5m` for minutes',
    reading: true,
    message: (v: Read) => v.message,
    hint: (v) => v.hint,
  }),
  'unused-allow': row({
    group: 'names and types',
    severity: 'warning',
    summary: 'an `@allow` that silences nothing or names no rule',
    message: (v: { name: string; wrong: 'silent' | 'unknown' | 'reading'; near?: string | undefined }) => {
      switch (v.wrong) {
        case 'silent':
          return `\`@allow(${v.name})\` silences nothing: the rule finds nothing here`;
        case 'unknown':
          return `\`${v.name}\` is no rule, so this \`@allow\` silences nothing`;
        case 'reading':
          return `\`${v.name}\` cannot be silenced: what is wrong with the text itself has to be mended`;
      }
    },
    hint: (v) => {
      switch (v.wrong) {
        case 'silent':
        case 'reading':
          return 'Remove it.';
        case 'unknown':
          return v.near ?? '`weir explain` lists the rules.';
      }
    },
  }),

  // ── contracts ─────────────────────────────────────────────────────────────────────────────────────────────────────

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

  // ── policies ──────────────────────────────────────────────────────────────────────────────────────────────────────

  'no-effect': row({
    group: 'policies',
    severity: 'warning',
    summary: 'something is written where nothing heeds it, such as `retry` in an `rpc`',
    message: (v: { what: string; why: string; hint?: string }) => `\`${v.what}\` has no effect here: ${v.why}`,
    hint: (v) => v.hint,
  }),
  'missing-timeout': row({
    group: 'policies',
    severity: 'warning',
    summary: 'an edge has neither `timeout` nor `deadline`',
    message: (v: { from: string; to: string; own?: string | undefined }) =>
      `\`${v.from}\` calls \`${v.to}\` with neither \`timeout\` nor \`deadline\`: ` +
      (v.own === undefined
        ? 'it may wait for ever'
        : `a call that hangs takes the whole ${v.own} that \`${v.from}\` has for everything`),
    hint: () => 'Give the call, the `uses`, or the `defaults` of the system a `timeout`.',
  }),
  'timeout-over-deadline': row({
    group: 'policies',
    severity: 'error',
    summary: '`timeout` > `deadline` on one edge',
    message: (v: { from: string; to: string; timeout: string; deadline: string; over: string; others: number }) =>
      `one attempt to call \`${v.to}\` from \`${v.from}\` may take ${v.timeout}, ${v.over} more than the ${v.deadline} that the whole call has` +
      (v.others === 0 ? '' : `; so it is with ${v.others} more ${v.others === 1 ? 'call' : 'calls'}`),
    hint: (v) => `Lower \`timeout\` below ${v.deadline}, or raise \`deadline\` above ${v.timeout}.`,
  }),
  'retry-non-idempotent': row({
    group: 'policies',
    severity: 'error',
    summary: '`attempts` > 1 on a write, for anything but a failure to connect',
    message: (v: { from: string; to: string; attempts: number; on: readonly string[] }) =>
      `\`${v.from}\` may send \`${v.to}\` up to ${v.attempts} times (on ${v.on.join(', ')}), and \`${v.to}\` is a write: done twice, it has happened twice`,
    hint: (v) =>
      `Make \`${v.to}\` \`idempotent\` if it can be, retry only \`on [connect]\`, which proves that nothing was sent, or write \`retry none\` for this call.`,
  }),

  // ── topology ──────────────────────────────────────────────────────────────────────────────────────────────────────

  'undeclared-dependency': row({
    group: 'topology',
    severity: 'error',
    summary: '`calls` names a service that `uses` does not',
    message: (v: { service: string; target: string; others: number }) =>
      `\`${v.service}\` calls \`${v.target}\`, which its \`uses\` does not name` +
      (v.others === 0 ? '' : ` (${v.others} more ${v.others === 1 ? 'call' : 'calls'} below)`),
    hint: (v) => `Add \`uses ${v.target}\`, with the policy that its calls should have.`,
  }),
  'call-cycle': row({
    group: 'topology',
    severity: 'error',
    summary: 'operations that call each other in a loop',
    message: (v: { loop: readonly string[] }) =>
      v.loop.length === 1
        ? `\`${v.loop[0]}\` calls itself: one request may call without end`
        : `one request to \`${v.loop[0]}\` comes back to it (${[...v.loop, v.loop[0]].join(' → ')}) and may call without end`,
    hint: () => 'Take one call out of the loop: pass what it asks for along, or publish an event instead.',
  }),
};

export type RuleName = keyof typeof table;

/** In the order of the table. */
export const ruleNames = Object.keys(table) as readonly RuleName[];

export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(table, name);
}
