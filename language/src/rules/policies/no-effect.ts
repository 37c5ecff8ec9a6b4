import { gatewayPolicy, isEmpty, serverParts, wholePolicy } from '../../model/effective-policy.ts';
import type {
  AuthUse,
  CallItem,
  Consumer,
  External,
  Gateway,
  Model,
  Operation,
  Part,
  PartName,
  Parts,
  PolicyUse,
  Ref,
  Service,
} from '../../model/model.ts';
import { partNames } from '../../model/model.ts';
import { callersOf, itemsOf } from '../model-parts.ts';
import { lastOf } from '../naming.ts';
import type { Report } from '../rule.ts';
import { noEffectOfNames } from './no-effect-names.ts';

type Reporter = Report<'no-effect'>;

const atCalls =
  'Write it where the operation is called: in `calls … with { }`, in `uses … with { }`, or in `defaults`.';
const serverWords = 'What arrives is guarded by `deadline`, `limit`, `bulkhead`, `cache` and `shed`.';

/** What the builder understands and nothing downstream looks at: its author believes that it protects something. */
export function noEffect(model: Model, report: Reporter): void {
  for (const service of model.services) inService(model, service, report);
  for (const external of model.externals) inExternal(external, report);
  for (const gateway of model.gateways) {
    receiving(gateway.parts, report);
    for (const ref of gateway.apply) applied(model, ref, report);
    unknownKey(model, gateway, report);
    contradiction(gateway.auth, report);
  }
  for (const { defaults } of model.systems) serverOnly(defaults, report);
  noEffectOfNames(model, report);
}

function inService(model: Model, service: Service, report: Reporter): void {
  receiving(service.parts, report);
  contradiction(service.auth, report);
  for (const ref of service.apply) applied(model, ref, report);
  for (const use of service.uses) {
    if (use.with) serverOnly(use.with.parts, report);
    if (use.with && use.of === 'resource') {
      const why = `\`${use.target.name}\` is a resource, and policies guard calls of operations`;
      report({ at: use.target.at, values: { what: 'with', why, hint: 'Give it a `uses` of its own.' } });
    }
  }
  for (const operation of service.operations) {
    receiving(operation.parts, report);
    contradiction(operation.auth, report);
    for (const ref of operation.apply) applied(model, ref, report);
  }
  for (const consumer of service.consumers) handling(consumer, report);
  for (const caller of callersOf(service)) calling(caller, report);
  const { live, startup } = service.health;
  for (const probe of [live, startup]) {
    const [first] = probe?.needs ?? [];
    const why = 'only `ready` waits for what a service needs';
    if (first) report({ at: first.at, values: { what: 'needs', why, hint: 'Write it in `ready`.' } });
  }
  if (startup?.path !== undefined && service.image === undefined) {
    const why = 'a service that Weir builds answers at the paths of `live` and `ready`, and starts when `live` answers';
    report({ at: startup.at, values: { what: startup.path, why, hint: 'Leave the path out.' } });
  }
}

/** Of what a service receives, only some parts can be applied. */
function receiving(parts: Parts, report: Reporter): void {
  for (const [name, part] of writtenIn(parts)) {
    if (serverParts.includes(name)) continue;
    const why = 'it guards calls, and here is where they arrive';
    const hint = name === 'timeout' ? `\`deadline\` says how long an operation may take. ${atCalls}` : atCalls;
    report({ at: part.at, values: { what: name, why, hint } });
  }
}

function applied(model: Model, ref: Ref, report: Reporter): void {
  if (ref.id === undefined) return;
  const parts = Object.keys(wholePolicy(model, ref.id)) as PartName[];
  if (parts.length === 0 || parts.some((name) => serverParts.includes(name))) return;
  const why = 'none of its parts guards what arrives';
  report({ at: ref.at, values: { what: lastOf(ref.name), why, hint: serverWords } });
}

/** A gateway knows addresses and headers; who calls and what is asked for is found out by the service behind. */
function unknownKey(model: Model, gateway: Gateway, report: Reporter): void {
  const { limit } = gatewayPolicy(model, gateway);
  const key = limit?.value.key;
  if (!limit || (key?.by !== 'principal' && key?.by !== 'field')) return;
  const gives = ({ id }: Ref) => id !== undefined && wholePolicy(model, id).limit !== undefined;
  const at = limit.from.policy === undefined ? limit.from.at : gateway.apply.find(gives)?.at;
  const what = key.by === 'field' ? `key ${key.name}` : 'key principal';
  const why = 'a gateway knows addresses and headers, and neither who calls nor what the request holds';
  const hint = 'Limit by `client.ip` or `header` here, and by this in the `rpc` or the `service`.';
  report({ at: at ?? gateway.at, values: { what, why, hint } });
}

function handling(consumer: Consumer, report: Reporter): void {
  for (const [name, part] of writtenIn(consumer.parts)) {
    if (name === 'deadline') continue;
    report({ at: part.at, values: { what: name, why: 'an event is no call', hint: handlerHint(name) } });
  }
}

function handlerHint(name: PartName): string {
  switch (name) {
    case 'retry':
      return '`attempts` and `backoff` say how often and when an event is delivered again.';
    case 'bulkhead':
    case 'limit':
      return '`concurrent` says how many events are handled at a time.';
    case 'timeout':
      return '`deadline` says how long handling an event may take.';
    default:
      return 'Of the parts of policies, a handler has `deadline` alone.';
  }
}

function calling(caller: Operation | Consumer, report: Reporter): void {
  let isWritten = false;
  for (const { with: use } of itemsOf(caller)) {
    if (!use) continue;
    serverOnly(use.parts, report);
    isWritten = true;
  }
  if (isWritten) differingClients(caller, report);
}

/** Of one operation there is one client with one policy. */
function differingClients(caller: Operation | Consumer, report: Reporter): void {
  const firsts = new Map<string, CallItem>();
  for (const item of itemsOf(caller)) {
    if (item.target.id === undefined) continue;
    const first = firsts.get(item.target.id);
    if (!first) firsts.set(item.target.id, item);
    else if (item.with && written(item.with) !== written(first.with)) {
      const why = `\`${item.target.name}\` is called above, and of one operation there is one client with one policy`;
      const related = [{ message: 'this one counts', at: first.at }];
      report({
        at: item.with.at,
        values: { what: 'with', why, hint: 'Write the same at both, or only at the first.' },
        related,
      });
    }
  }
}

/** A policy as written, wherever it stands. */
function written(use: PolicyUse | undefined): string {
  return JSON.stringify([use?.policy?.id, use?.parts], (key, value) =>
    key === 'at' || key === 'attemptsAt' ? undefined : value,
  );
}

function serverOnly({ shed }: Parts, report: Reporter): void {
  if (!shed) return;
  const why = 'it guards what arrives, and here is what is said of calls';
  report({
    at: shed.at,
    values: { what: 'shed', why, hint: 'Write it in the `rpc` or the `service` that is called.' },
  });
}

/** What others run is neither limited nor asked for credentials by us; how it is called says who calls it. */
function inExternal({ name, parts, operations }: External, report: Reporter): void {
  const hint = `Write it where it is called: \`uses ${name} with { … }\`.`;
  const why = 'others run this, and what guards the calls of it stands with those who call';
  for (const [what, part] of [parts, ...operations.map((operation) => operation.parts)].flatMap(writtenIn)) {
    report({ at: part.at, values: { what, why, hint } });
  }
  for (const { apply, auth } of operations) {
    for (const ref of apply) report({ at: ref.at, values: { what: 'apply', why, hint } });
    for (const use of auth) {
      const own = 'Credentials are a `secret` in the `config` of the service that calls.';
      report({ at: use.at, values: { what: 'auth', why: 'others run this, and say who may call', hint: own } });
    }
  }
}

/** `auth none` beside another `auth`: either everybody may call, or not. */
function contradiction(uses: readonly AuthUse[], report: Reporter): void {
  if (uses.length < 2) return;
  const none = uses.find((use) => use.none);
  const other = uses.find((use) => !use.none);
  if (!none || !other) return;
  const related = [{ message: 'this asks who calls', at: other.at }];
  report({
    at: none.at,
    values: { what: 'auth none', why: 'another `auth` asks who calls', hint: 'Keep one of them.' },
    related,
  });
}

function writtenIn(parts: Parts): [PartName, Part<PartName>][] {
  if (isEmpty(parts)) return [];
  const written: [PartName, Part<PartName>][] = [];
  for (const name of partNames) {
    const part = parts[name] as Part<PartName> | undefined;
    if (part) written.push([name, part]);
  }
  return written;
}
