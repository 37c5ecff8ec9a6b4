import type * as ast from '../grammar/generated/ast.ts';
import { ofType, refs } from './build-operations.ts';
import { span } from './build-policies.ts';
import type { Reader } from './build-reader.ts';
import { promisedLatency } from './build-services.ts';
import type { At, Deploy, Place, Quota } from './model.ts';

/** How a service is deployed; members that stand twice are noted. */
export function deploy(reader: Reader, members: readonly ast.DeployMember[], at: Place): Deploy {
  const replicas = reader.once(ofType(members, 'Replicas'), 'replicas');
  const count = replicas?.value && span(reader, replicas.value, 'count');
  const scaling = reader.once(ofType(members, 'Scale'), 'scale');
  const resources = reader.once(ofType(members, 'Resources'), 'resources');
  const rollouts = reader.once(ofType(members, 'Rollout'), 'rollout');
  const spread = reader.once(ofType(members, 'Spread'), 'spread');
  const zones = spread && reader.word(spread, 'value', ['zone', 'host', 'none'], 'spread');
  const disruption = reader.once(ofType(members, 'Disruption'), 'disruption');
  const most = disruption && disrupted(reader, disruption);
  const drain = reader.once(ofType(members, 'Drain'), 'drain');
  const ends = drain && reader.placed(drain, 'value', 'duration');
  return {
    ...(count && replicas ? { replicas: { ...count, at: reader.extent(replicas) } } : {}),
    ...(scaling ? { scale: scale(reader, scaling) } : {}),
    ...(resources ? { resources: quotas(reader, resources) } : {}),
    ...(rollouts?.kind ? { rollout: rollout(reader, rollouts) } : {}),
    ...(spread && zones ? { spread: { value: zones, at: reader.extent(spread) } } : {}),
    ...(most ? { disruption: most } : {}),
    ...(ends ? { drain: ends } : {}),
    at,
  };
}

function scale(reader: Reader, node: ast.Scale): NonNullable<Deploy['scale']> {
  const once = (property: 'cpu' | 'memory' | 'rate', dimension: 'percent' | 'rate') =>
    // Of what is requested: a limit above the request leaves room for more than all of it.
    reader.onlyIndex(node, property) === undefined
      ? undefined
      : reader.quantity(node, property, dimension, { most: Number.POSITIVE_INFINITY });
  const cpu = once('cpu', 'percent');
  const memory = once('memory', 'percent');
  const rate = once('rate', 'rate');
  return {
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(rate === undefined ? {} : { rate }),
    lag: node.lags.flatMap((lag) => {
      const messages = reader.quantity(lag, 'messages', 'count', { least: 1 });
      return lag.event && messages !== undefined
        ? refs(reader, lag, 'event', [lag.event]).map((event) => ({ event, messages }))
        : [];
    }),
    at: reader.extent(node),
  };
}

function quotas(reader: Reader, node: ast.Resources): NonNullable<Deploy['resources']> {
  const once = (property: 'cpu' | 'memory' | 'storage') => {
    const range = node[property][reader.onlyIndex(node, property) ?? -1];
    return range && quota(reader, range, property === 'cpu' ? 'cpu' : 'bytes');
  };
  const cpu = once('cpu');
  const memory = once('memory');
  const storage = once('storage');
  return {
    ...(cpu ? { cpu } : {}),
    ...(memory ? { memory } : {}),
    ...(storage ? { storage } : {}),
    at: reader.extent(node),
  };
}

/** A request above its limit stays as written: the rule `resources-inverted` says what is wrong with it. */
function quota(reader: Reader, range: ast.Range, dimension: 'cpu' | 'bytes'): Quota | undefined {
  const min = reader.quantity(range, 'min', dimension);
  const max = range.max === undefined ? min : reader.quantity(range, 'max', dimension);
  return min === undefined || max === undefined ? undefined : { min, max, at: reader.extent(range) };
}

function rollout(reader: Reader, node: ast.Rollout): NonNullable<Deploy['rollout']> {
  const kind = reader.word(node, 'kind', ['canary', 'rolling', 'blue-green'], 'rollout') ?? node.kind;
  const every = reader.onlyIndex(node, 'every') === undefined ? undefined : reader.quantity(node, 'every', 'duration');
  const abort = node.abort[reader.onlyIndex(node, 'abort') ?? -1];
  return {
    kind,
    steps: node.steps.flatMap((_, index) => reader.quantity(node, 'steps', 'percent', { index }) ?? []),
    ...(every === undefined ? {} : { every }),
    ...(abort ? { abort: abortion(reader, abort) } : {}),
    at: reader.extent(node),
  };
}

function abortion(reader: Reader, node: ast.Abort): NonNullable<NonNullable<Deploy['rollout']>['abort']> {
  const errors =
    reader.onlyIndex(node, 'errors') === undefined ? undefined : reader.quantity(node, 'errors', 'percent');
  const latency = node.latency[reader.onlyIndex(node, 'latency') ?? -1];
  const most = latency && promisedLatency(reader, latency);
  return {
    ...(errors === undefined ? {} : { errors }),
    ...(most ? { latency: { percentile: most.percentile, ms: most.ms } } : {}),
  };
}

function disrupted(reader: Reader, node: ast.Disruption): At<number | `${number}%`> | undefined {
  const at = reader.at(node, 'value');
  if (node.value?.endsWith('%')) {
    const percent = reader.quantity(node, 'value', 'percent');
    if (percent !== undefined && !Number.isInteger(percent)) {
      reader.problem(
        'unit',
        `\`${node.value}\` is no whole percentage, and Kubernetes counts replicas in no other`,
        at,
      );
      return undefined;
    }
    return percent === undefined ? undefined : { value: `${percent}%`, at };
  }
  return reader.placed(node, 'value', 'count');
}
