import type { Origin } from '../../model/effective-policy.ts';
import type { PartName } from '../../model/model.ts';
import type { WorstCall } from '../../model/worst-case.ts';
import type { EdgeExplanation, ExplainedPart, Hop } from '../../rules/explain/edge.ts';
import { type JsonFinding, type JsonPlace, jsonFinding, jsonPlace, type NameFile } from './json.ts';

interface JsonOrigin extends JsonPlace {
  readonly layer: Origin['layer'];
  readonly policy?: string;
}

interface JsonPart extends JsonOrigin {
  readonly part: PartName;
  readonly text: string;
  /** As in the model, without places. */
  readonly value: unknown;
}

type JsonEdge = Omit<EdgeExplanation, 'at' | 'policy' | 'removed' | 'guards' | 'worst' | 'amplification' | 'findings'> &
  JsonPlace & {
    readonly policy: readonly JsonPart[];
    readonly removed: readonly (JsonOrigin & { readonly part: PartName; readonly was: JsonPart })[];
    readonly guards: readonly JsonPart[];
    /** Milliseconds; `ms` is null where nothing bounds the call. */
    readonly worst: Omit<WorstCall, 'ms'> & { readonly ms: number | null };
    /** `product` is null where it is beyond all numbers. */
    readonly amplification: {
      readonly product: number | null;
      readonly hops: readonly (Omit<Hop, 'at'> & JsonPlace)[];
    };
    readonly findings: readonly JsonFinding[];
  };

/** What `weir explain CALLER CALLEE --format json` prints. */
export interface EdgeReport {
  readonly version: 1;
  readonly edges: readonly JsonEdge[];
}

/** Edges for programs, as one object. */
export function printEdgesJson(edges: readonly EdgeExplanation[], path: NameFile): string {
  const originOf = ({ layer, policy, at }: Origin): JsonOrigin => ({
    layer,
    ...(policy === undefined ? {} : { policy }),
    ...jsonPlace(at, path),
  });
  const partOf = ({ name, text, value, from }: ExplainedPart): JsonPart => ({
    part: name,
    text,
    value: withoutPlaces(value),
    ...originOf(from),
  });
  const report: EdgeReport = {
    version: 1,
    edges: edges.map(({ at, policy, removed, guards, worst, amplification, findings, ...rest }) => ({
      ...rest,
      ...jsonPlace(at, path),
      policy: policy.map(partOf),
      removed: removed.map(({ name, by, was }) => ({ part: name, ...originOf(by), was: partOf(was) })),
      guards: guards.map(partOf),
      worst: { ...worst, ms: finite(worst.ms) },
      amplification: {
        product: finite(amplification.product),
        hops: amplification.hops.map(({ at, ...hop }) => ({ ...hop, ...jsonPlace(at, path) })),
      },
      findings: findings.map((finding) => jsonFinding(finding, path)),
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** As in the model, but for the places of settings within. */
const withoutPlaces = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, inner: unknown) => (isPlace(inner) ? undefined : inner)));

const isPlace = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'file' in value && 'start' in value;
