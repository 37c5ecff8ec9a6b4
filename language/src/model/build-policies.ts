import type * as ast from '../grammar/generated/ast.ts';
import type { Reader } from './build-reader.ts';
import { literal } from './build-types.ts';
import {
  type LimitKey,
  type Part,
  type PartName,
  type Parts,
  type PartValues,
  type Place,
  type PolicyUse,
  retryCauses,
} from './model.ts';
import type { Dimension } from './quantity.ts';

/** The parts of a block; the second of two is noted. */
export function parts(reader: Reader, nodes: readonly ast.Part[]): Parts {
  const built: { -readonly [N in PartName]?: Part<PartName> } = {};
  for (const node of nodes) {
    const name = nameOfPart(node);
    if (!name) continue;
    const at = reader.extent(node);
    if (built[name]) {
      reader.problem('syntax', `\`${name}\` stands twice here`, at, 'Keep one of them.');
      continue;
    }
    const part = node.none ? ({ none: true, at } as const) : valued(partValue(reader, node), at);
    if (part) built[name] = part as Part<PartName>;
  }
  return built as Parts;
}

/** `with standard { timeout 300ms }`. */
export function policyUse(reader: Reader, node: ast.PolicyUse | undefined): PolicyUse | undefined {
  if (!node) return undefined;
  return {
    ...(node.policy ? { policy: reader.ref(node, 'policy', node.policy) } : {}),
    parts: parts(reader, node.parts),
    at: reader.extent(node),
  };
}

function valued<T>(value: T | undefined, at: Place): { readonly value: T; readonly at: Place } | undefined {
  return value === undefined ? undefined : { value, at };
}

function nameOfPart(node: ast.Part): PartName | undefined {
  // Broken text can leave a node of no particular kind.
  return typeof node.$type === 'string' ? (node.$type.replace(/Part$/, '').toLowerCase() as PartName) : undefined;
}

function partValue(reader: Reader, node: ast.Part): PartValues[PartName] | undefined {
  switch (node.$type) {
    case 'TimeoutPart':
    case 'DeadlinePart': {
      const ms = reader.quantity(node, 'value', 'duration');
      if (ms !== 0) return ms === undefined ? undefined : { ms };
      const hint = `Write \`${nameOfPart(node)} none\` where there is to be none.`;
      reader.problem('unit', 'no time at all: nothing could be done within it', reader.at(node, 'value'), hint);
      return undefined;
    }
    case 'RetryPart':
      return retry(reader, node);
    case 'BreakerPart':
      return breaker(reader, node);
    case 'BulkheadPart': {
      const concurrent = needed(reader, node, 'concurrent', 'count', 1);
      return concurrent === undefined ? undefined : { concurrent, queue: setting(reader, node, 'queue', 'count') ?? 0 };
    }
    case 'LimitPart':
      return limit(reader, node);
    case 'HedgePart':
      return hedge(reader, node);
    case 'CachePart':
      return cache(reader, node);
    case 'FallbackPart':
      return fallback(reader, node);
    case 'BalancePart': {
      const by = reader.word(node, 'by', ['round-robin', 'least-request', 'p2c', 'consistent-hash'], 'way to balance');
      return by && { by, ...(node.key === undefined ? {} : { key: node.key }) };
    }
    case 'ShedPart': {
      const lag = setting(reader, node, 'lag', 'duration');
      return { ...(lag === undefined ? {} : { lag }), gradient: node.gradient || lag === undefined };
    }
  }
}

// Defaults as in `runtime.md`: Envoy's and Finagle's.
function retry(reader: Reader, node: ast.RetryPart): PartValues['retry'] {
  const budget = setting(reader, node, 'budget', 'percent');
  const on = node.on[reader.onlyIndex(node, 'on') ?? -1];
  const attempts = setting(reader, node, 'attempts', 'count', 1);
  return {
    attempts: attempts ?? 3,
    ...(attempts === undefined ? {} : { attemptsAt: reader.at(node, 'attempts') }),
    backoff: durations(reader, node, 'backoff') ?? { min: 25, max: 250 },
    jitter:
      only(reader, node, 'jitter', (i) => reader.word(node, 'jitter', ['full', 'equal', 'none'], 'jitter', i)) ??
      'full',
    on: on
      ? on.causes.flatMap((cause) => reader.word(cause, 'text', retryCauses, 'cause of a retry') ?? [])
      : ['connect', 'unavailable'],
    ...(budget === undefined ? {} : { budget }),
  };
}

function breaker(reader: Reader, node: ast.BreakerPart): PartValues['breaker'] {
  const of = setting(reader, node, 'of', 'count', 1);
  const within = setting(reader, node, 'within', 'duration');
  const slow = node.slow[reader.onlyIndex(node, 'slow') ?? -1];
  const share = slow && reader.quantity(slow, 'share', 'percent');
  const over = slow && reader.quantity(slow, 'over', 'duration');
  const window = within ?? (of === undefined ? 10_000 : undefined);
  return {
    failures: setting(reader, node, 'failures', 'percent') ?? 50,
    of: of ?? 20,
    ...(window === undefined ? {} : { within: window }),
    open: setting(reader, node, 'open', 'duration') ?? 5000,
    probes: setting(reader, node, 'probes', 'count', 1) ?? 3,
    ...(share === undefined || over === undefined ? {} : { slow: { percent: share, over } }),
  };
}

function limit(reader: Reader, node: ast.LimitPart): PartValues['limit'] | undefined {
  const rate = needed(reader, node, 'rate', 'rate');
  if (rate === undefined) return undefined;
  if (rate === 0) {
    const hint = 'Write `limit none` where there is to be no limit.';
    reader.problem('unit', 'a limit of nothing lets nobody through', reader.at(node, 'rate'), hint);
    return undefined;
  }
  const key = node.key[reader.onlyIndex(node, 'key') ?? -1];
  return {
    rate,
    burst: setting(reader, node, 'burst', 'count', 1) ?? Math.max(1, Math.ceil(rate)),
    ...(key ? { key: limitKey(key) } : {}),
    scope:
      only(reader, node, 'scope', (i) => reader.word(node, 'scope', ['replica', 'global'], 'scope', i)) ?? 'replica',
    fail: only(reader, node, 'fail', (i) => reader.word(node, 'fail', ['open', 'closed'], 'way to fail', i)) ?? 'open',
  };
}

function limitKey(node: ast.LimitKey): LimitKey {
  switch (node.by) {
    case 'principal':
      return { by: 'principal' };
    case 'header':
    case 'field':
      return { by: node.by, name: node.name ?? '' };
    default:
      return { by: 'client.ip' };
  }
}

function hedge(reader: Reader, node: ast.HedgePart): PartValues['hedge'] | undefined {
  const extra = setting(reader, node, 'extra', 'count', 1) ?? 1;
  const index = reader.onlyIndex(node, 'after');
  const written = index === undefined ? 'p95' : (node.after[index] as string);
  if (!/^[a-z]/i.test(written)) {
    const ms = reader.quantity(node, 'after', 'duration', { index: index ?? 0 });
    return ms === undefined ? undefined : { after: { ms }, extra };
  }
  const percentile = percentileOf(reader, written, () => reader.at(node, 'after', index ?? 0));
  return percentile === undefined ? undefined : { after: { percentile }, extra };
}

/** `p99` is 99, `p999` 99.9. */
export function percentileOf(reader: Reader, word: string | undefined, at: () => Place): number | undefined {
  if (word === undefined) return undefined;
  const digits = /^p([0-9]{2,4})$/.exec(word)?.[1];
  if (digits === undefined) {
    reader.problem('unit', `\`${word}\` is no percentile: expected one such as \`p50\`, \`p95\` or \`p99\``, at());
    return undefined;
  }
  return Number(`${digits.slice(0, 2)}.${digits.slice(2) || '0'}`);
}

function cache(reader: Reader, node: ast.CachePart): PartValues['cache'] | undefined {
  const ttl = needed(reader, node, 'ttl', 'duration');
  if (ttl === undefined) return undefined;
  const stale = setting(reader, node, 'stale', 'duration');
  const keys = node.keys[reader.onlyIndex(node, 'keys', 'key') ?? -1];
  return { ttl, ...(stale === undefined ? {} : { stale }), ...(keys ? { key: keys.fields } : {}) };
}

function fallback(reader: Reader, node: ast.FallbackPart): PartValues['fallback'] | undefined {
  if (node.stale) return { to: 'stale' };
  if (node.operation) return { to: 'operation', operation: reader.ref(node, 'operation', node.operation) };
  const value = node.value && literal(reader, node.value);
  return value && { to: 'literal', value };
}

// ── settings of a part ────────────────────────────────────────────────────────────────────────────────────────────

function only<T>(
  reader: Reader,
  node: ast.Part,
  property: string,
  read: (index: number) => T | undefined,
): T | undefined {
  const index = reader.onlyIndex(node, property);
  return index === undefined ? undefined : read(index);
}

function setting(
  reader: Reader,
  node: ast.Part,
  property: string,
  dimension: Dimension,
  least?: number,
): number | undefined {
  return only(reader, node, property, (index) =>
    reader.quantity(node, property, dimension, { index, ...(least === undefined ? {} : { least }) }),
  );
}

/** A setting without which a part means nothing. */
function needed(
  reader: Reader,
  node: ast.Part,
  property: string,
  dimension: Dimension,
  least?: number,
): number | undefined {
  const written = (node as unknown as Readonly<Record<string, readonly unknown[]>>)[property] ?? [];
  if (written.length === 0) {
    reader.problem('syntax', `\`${nameOfPart(node)}\` needs \`${property}\``, reader.extent(node));
    return undefined;
  }
  return setting(reader, node, property, dimension, least);
}

function durations(reader: Reader, node: ast.RetryPart, property: 'backoff'): { min: number; max: number } | undefined {
  const range = node[property][reader.onlyIndex(node, property) ?? -1];
  return range && span(reader, range, 'duration');
}

/** A range in a dimension; one value alone is both ends. */
export function span(reader: Reader, range: ast.Range, dimension: Dimension): { min: number; max: number } | undefined {
  const min = reader.quantity(range, 'min', dimension);
  const max = range.max === undefined ? min : reader.quantity(range, 'max', dimension);
  if (min === undefined || max === undefined) return undefined;
  if (min > max) {
    const at = reader.extent(range);
    const text = `${range.max}..${range.min}`;
    const fixes = [{ title: `Write \`${text}\``, edits: [{ at, text }] }];
    reader.problem('unit', `\`${range.min}..${range.max}\` is empty: it ends before it begins`, at, undefined, fixes);
    return undefined;
  }
  return { min, max };
}
