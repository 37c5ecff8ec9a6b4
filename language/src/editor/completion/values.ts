import type { Override, System } from '../../grammar/generated/ast.ts';
import { methods } from '../../model/build-operations.ts';
import { authSettings, systemTexts, systemWords } from '../../model/build-system.ts';
import { grpcCodes } from '../../model/build-types.ts';
import { relationKinds, retryCauses } from '../../model/model.ts';
import { optOuts } from '../../model/opt-outs.ts';
import { type Dimension, unitsOf } from '../../model/quantity.ts';
import { knownResourceTypes } from '../../model/resource-kind.ts';
import { describeRules } from '../../rules/index.ts';
import { fieldsAround, nextNumber } from './around.ts';
import { openBlock, type Spot } from './spot.ts';
import { settingDocs } from './words/settings.ts';

/** A value that may stand somewhere. */
export interface Value {
  readonly text: string;
  readonly detail?: string;
  readonly docs?: string;
  /** What is inserted, where it is more than the text. */
  readonly template?: string;
}

type Values = (spot: Spot) => readonly Value[];

const percentiles = ['p50', 'p90', 'p95', 'p99', 'p999'];

const words =
  (...texts: readonly string[]): Values =>
  () =>
    texts.map((text) => ({ text }));

/** Of a number that has been begun its units, otherwise usual values. */
const quantity =
  (dimension: Dimension, ...usual: readonly string[]): Values =>
  ({ typed }) => {
    const number = /^\d+(\.\d+)?/.exec(typed)?.[0];
    const texts = number === undefined ? usual : unitsOf[dimension].map((unit) => `${number}${unit}`);
    return texts.map((text) => ({ text, detail: dimension }));
  };

const either =
  (...all: readonly Values[]): Values =>
  (spot) =>
    all.flatMap((values) => values(spot));

const fields: Values = (spot) => fieldsAround(spot).map((text) => ({ text, detail: 'field' }));

/** What a number is to protobuf. */
export const numberDocs = 'By its number protobuf knows it: it never changes, and is never given to another.';

const number: Values = (spot) => [{ text: String(nextNumber(spot)), detail: 'the next free number', docs: numberDocs }];

const resourceKeys: Values = () => ['version 16', 'storage 20Gi'].map((text) => ({ text, docs: settingDocs(text) }));

const allowed = (text: string, detail: string, docs: string) => ({
  text,
  detail,
  docs,
  template: `${text}, "«why it is meant»"`,
});

/** What may be silenced, and what a service may leave out of its deployment. */
const rules: Values = () => [
  ...describeRules().map(({ name, summary }) => allowed(name, 'rule', summary)),
  ...Object.entries(optOuts).map(([name, what]) => allowed(name, 'opt-out of a service', `In Kubernetes ${what}.`)),
];

const duration = (...usual: readonly string[]): Values => quantity('duration', ...usual);
const percent = (...usual: readonly string[]): Values => quantity('percent', ...usual);

/** What may stand at a property of a rule of the grammar, beside names and keywords. */
const values: Readonly<Record<string, Values>> = {
  'TimeoutPart.value': duration('500ms', '1s', '2s'),
  'DeadlinePart.value': duration('1s', '2s', '5s'),
  'RetryPart.attempts': words('2', '3'),
  'RetryPart.backoff': duration('25ms', '100ms'),
  'RetryPart.jitter': words('full', 'equal', 'none'),
  'RetryPart.budget': percent('10%', '20%'),
  'RetryCauses.causes': words(...retryCauses),
  'BreakerPart.failures': percent('50%'),
  'BreakerPart.of': words('20'),
  'BreakerPart.within': duration('10s'),
  'BreakerPart.open': duration('5s'),
  'BreakerPart.probes': words('3'),
  'Slow.share': percent('50%'),
  'Slow.over': duration('1s'),
  'BulkheadPart.concurrent': words('16', '64'),
  'BulkheadPart.queue': words('0', '32'),
  'LimitPart.rate': quantity('rate', '100/s', '600/min'),
  'LimitPart.burst': words('100', '200'),
  'LimitPart.scope': words('replica', 'global'),
  'LimitPart.fail': words('open', 'closed'),
  'LimitKey.name': fields,
  'HedgePart.after': either(words(...percentiles), duration('50ms')),
  'HedgePart.extra': words('1'),
  'CachePart.ttl': duration('5s', '30s'),
  'CachePart.stale': duration('1min', '5min'),
  'CacheKeys.fields': fields,
  'BalancePart.by': words('round-robin', 'least-request', 'p2c', 'consistent-hash'),
  'BalancePart.key': fields,
  'ShedPart.lag': duration('50ms', '100ms'),
  'Event.key': fields,
  'Idempotent.field': fields,
  'Field.number': number,
  'EnumValue.number': number,
  'ErrorMessage.status': words('400', '401', '403', '404', '409', '410', '412', '422', '429', '503'),
  'ErrorMessage.grpc': words(...grpcCodes),
  'Annotation.name': () => [
    {
      text: 'allow',
      template: 'allow(«rule», "«why it is meant»")',
      docs: 'Silences a rule here. The reason is required.',
    },
    {
      text: 'deprecated',
      template: 'deprecated("«use X»")',
      docs: 'Strikes through uses, and reaches every target.',
    },
  ],
  'AnnotationArgument.word': rules,
  'Annotation.args': rules,
  'HttpMember.port': words('80', '8080'),
  'GrpcMember.port': words('9090'),
  'PortMember.value': words('80', '443'),
  'Slo.availability': percent('99%', '99.9%', '99.99%'),
  'Slo.window': duration('30d'),
  'Latency.percentile': words(...percentiles),
  'Latency.value': duration('100ms', '400ms', '1s'),
  'AvailabilityMember.value': percent('99%', '99.9%', '99.99%'),
  'Route.method': words(...methods),
  'AttemptsMember.value': words('5'),
  'BackoffMember.value': duration('1s'),
  'ConcurrentMember.value': words('1', '16'),
  'Probe.timeout': duration('1s', '2s'),
  'Probe.period': duration('10s'),
  'Probe.failures': words('3'),
  'Replicas.value': words('1', '2', '3'),
  'Scale.cpu': percent('70%'),
  'Scale.memory': percent('80%'),
  'Scale.rate': quantity('rate', '100/s', '400/s'),
  'Lag.messages': words('1000'),
  'Resources.cpu': quantity('cpu', '250m', '1'),
  'Resources.memory': quantity('bytes', '256Mi', '1Gi'),
  'Resources.storage': quantity('bytes', '1Gi'),
  'Rollout.kind': words('canary', 'rolling', 'blue-green'),
  'Rollout.steps': percent('5%', '25%', '50%'),
  'Rollout.every': duration('5min'),
  'Abort.errors': percent('1%'),
  'Spread.value': words('zone', 'host', 'none'),
  'Disruption.value': either(words('1'), percent('25%')),
  'Drain.value': duration('10s', '30s'),
  'Resource.type': words(...knownResourceTypes),
  'Resource.key': resourceKeys,
  'Auth.type': words('jwt', 'key', 'mtls'),
  'Auth.key': authKeys,
  'Relation.kind': words(...relationKinds),
  'System.key': systemKeys,
  'Environment.key': systemKeys,
  'Override.key': words(),
  'Setting.value': ({ tokens }) => {
    const key = tokens.at(-1)?.image ?? '';
    return (systemWords[key] ?? []).map((text) => ({ text, docs: settingDocs(key) }));
  },
  'ConfigValue.name': configNames,
};

/** The ends of a range: what its second one may be is said where the first one is. */
const ranges = [
  'RetryPart.backoff',
  'BackoffMember.value',
  'Replicas.value',
  'Resources.cpu',
  'Resources.memory',
  'Resources.storage',
];

/** What may stand at a property, in the innermost of these rules that has it. */
export function valuesAt(spot: Spot, rules: readonly string[], property: string): readonly Value[] {
  if (property === 'max' || property === 'min') return endOfRange(spot);
  const rule = rules.find((name) => values[`${name}.${property}`]);
  return rule === undefined ? [] : (values[`${rule}.${property}`]?.(spot) ?? []);
}

function endOfRange(spot: Spot): readonly Value[] {
  const outer = ranges.find((range) => spot.rules.includes(range.split('.')[0] as string) && isAtProperty(spot, range));
  return outer === undefined ? [] : (values[outer]?.(spot) ?? []);
}

/** Is the last word of the range's keyword before the cursor this one? */
function isAtProperty({ tokens }: Spot, range: string): boolean {
  const [rule, property = ''] = range.split('.');
  const keyword = property === 'value' ? (rule ?? '').replace('Member', '').toLowerCase() : property;
  return tokens.findLast(({ image }) => /^[A-Za-z]/.test(image))?.image === keyword;
}

function systemKeys(spot: Spot): readonly Value[] {
  const closed = Object.entries(systemWords).map(([key, allowed]) => {
    return { text: key, template: `${key} «${allowed[0]}»`, docs: settingDocs(key, allowed) };
  });
  const others = Object.entries(systemTexts).map(([key, text]) => {
    return { text: key, template: `${key} "«${text}»"`, docs: settingDocs(key) };
  });
  const block = spot.tokens.slice(openBlock(spot.tokens).from);
  return [...closed, ...others].filter(({ text }) => !block.some(({ image }) => image === text));
}

function authKeys({ tokens }: Spot): readonly Value[] {
  const type = tokens[openBlock(tokens).from - 1]?.image ?? '';
  const keys: readonly string[] = Object.hasOwn(authSettings, type)
    ? authSettings[type as keyof typeof authSettings]
    : [];
  const written = new Set(tokens.map(({ image }) => image));
  const isKnown = (key: string): boolean => !written.has(key) || key === type;
  return keys.filter(isKnown).map((key) => ({ text: key, template: `${key} "«value»"`, docs: settingDocs(key) }));
}

function configNames({ declaration, offset }: Spot): readonly Value[] {
  if (declaration?.$type !== 'System') return [];
  const override = (declaration as System).members
    .flatMap((member) => (member.$type === 'Environment' ? member.members : []))
    .find((member): member is Override => {
      const cst = member.$cstNode;
      return member.$type === 'Override' && cst !== undefined && cst.offset <= offset && offset <= cst.end;
    });
  const target = override?.target?.ref;
  if (target?.$type !== 'Service') return [];
  const entries = target.members.flatMap((member) => (member.$type === 'Config' ? member.entries : []));
  return entries.map(({ name }) => ({
    text: name,
    template: `${name} «"value"»`,
    detail: 'setting of the service',
  }));
}
