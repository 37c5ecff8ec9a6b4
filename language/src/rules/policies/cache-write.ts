import { type EffectivePolicy, serverPolicy } from '../../model/effective-policy.ts';
import type { Model, Operation } from '../../model/model.ts';
import { comparePlaces } from '../../model/place.ts';
import { edgesWith, originText } from '../edges.ts';
import { durationText, labelOf } from '../naming.ts';
import { addReads } from '../reads-fixes.ts';
import type { Report } from '../rule.ts';
import { byCause } from './by-cause.ts';
import { callsText, writeForCalls, writeForOperations } from './write-part.ts';

export function cacheWrite(model: Model, report: Report<'cache-write'>): void {
  whereCalled(model, report);
  whereServed(model, report);
}

function whereCalled(model: Model, report: Report<'cache-write'>): void {
  const kept = edgesWith(model, 'cache').filter(
    ({ to }) => to.kind === 'operation' && to.declaration.effect !== 'reads',
  );
  for (const { edges, at, labels, parts, alike, allowedAt } of byCause(
    model,
    kept,
    ['cache'],
    report,
    ({ to }) => to.id,
  )) {
    const [{ policy, to }] = edges;
    const { ttl } = policy.cache.value;
    report({
      at,
      values: { by: labels.from, operation: labels.to, ttl: durationText(ttl), others: labels.others },
      related: [...parts, { message: `\`${labels.to}\` is not \`reads\``, at: to.declaration.at }, ...alike],
      fixes: [
        ...writeForCalls(edges, 'cache', 'cache none', `Do not cache ${callsText(edges)}`),
        ...(to.kind === 'operation' ? addReads(model, to.declaration) : []),
      ],
      allowedAt,
    });
  }
}

interface Kept {
  readonly operation: Operation;
  readonly cache: NonNullable<EffectivePolicy['cache']>;
}

function whereServed(model: Model, report: Report<'cache-write'>): void {
  for (const [first, ...others] of keptByLine(model, report).values()) {
    const { operation, cache } = first;
    const isOwn = operation.parts.cache?.at === cache.from.at;
    const alike = others.map((other) => ({
      message: `\`${labelOf(other.operation)}\` has the same`,
      at: other.operation.at,
    }));
    report({
      at: isOwn ? cache.from.at : operation.at,
      values: { operation: labelOf(operation), ttl: durationText(cache.value.ttl), others: others.length },
      related: isOwn
        ? alike
        : [{ message: `\`cache\` is given ${originText(cache.from)}`, at: cache.from.at }, ...alike],
      fixes: writeForOperations(
        [first, ...others].map((one) => one.operation),
        'cache',
        'cache none',
        'Do not cache what is no read',
      ),
      allowedAt: allowedAt(first),
    });
  }
}

/** What no `@allow` speaks of, by the line that gives it its cache. */
function keptByLine(model: Model, report: Report<'cache-write'>): ReadonlyMap<string, [Kept, ...Kept[]]> {
  const lines = new Map<string, [Kept, ...Kept[]]>();
  for (const kept of keptOf(model).sort((a, b) => comparePlaces(a.operation.at, b.operation.at))) {
    const { operation, cache } = kept;
    if (report.silences({ at: operation.at, allowedAt: allowedAt(kept) })) continue;
    const { file, start } = cache.from.at;
    const line = `${file}:${start.line}:${start.column}`;
    const same = lines.get(line);
    if (same) same.push(kept);
    else lines.set(line, [kept]);
  }
  return lines;
}

const allowedAt = ({ operation, cache }: Kept) => [operation.at, cache.from.at];

function keptOf(model: Model): Kept[] {
  const kept: Kept[] = [];
  for (const { operations } of model.services) {
    for (const operation of operations) {
      const cache = operation.effect === 'reads' ? undefined : serverPolicy(model, operation).cache;
      if (cache) kept.push({ operation, cache });
    }
  }
  return kept;
}
