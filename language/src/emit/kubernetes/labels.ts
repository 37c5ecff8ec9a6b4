import type { Workload } from './workload.ts';

type Labels = Record<string, string>;

/**
 * The label by which Flagger tells the pods of the two versions apart: it looks for this one first, and gives one of them another
 * value. By all other labels they are pods of one service.
 */
export const flaggerLabel = 'app';

/** The label that Argo Rollouts gives the pods of the version that serves, and takes from those of one that is on trial. */
export const argoRole: Labels = { role: 'serving' };

/** What selects the pods of a service. A Deployment's selector cannot be changed later, so nothing that may change stands here. */
export function selectorLabels({ name, system }: Pick<Workload, 'name' | 'system'>): Labels {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': system };
}

/** The recommended labels, for everything but selectors. */
export function labels(workload: Workload): Labels {
  return {
    ...selectorLabels(workload),
    'app.kubernetes.io/version': labelValue(workload.version),
    'app.kubernetes.io/component': 'service',
    'app.kubernetes.io/part-of': workload.system,
    'app.kubernetes.io/managed-by': 'weir',
  };
}

/** For what belongs to the system as a whole. */
export const systemLabels = (system: string): Labels => ({
  'app.kubernetes.io/part-of': system,
  'app.kubernetes.io/managed-by': 'weir',
});

/** Docs and owner, where people and tools look for them; `more` after them. */
export function annotations(
  { service }: Workload,
  more: Readonly<Record<string, string>> = {},
): { annotations?: Record<string, string> } {
  const description = service.docs
    ?.split(/\n\s*\n/)[0]
    ?.replace(/\s+/g, ' ')
    .trim();
  const entries = {
    ...(description ? { 'kubernetes.io/description': description } : {}),
    ...(service.owner === undefined ? {} : { 'a8r.io/owner': service.owner }),
    ...more,
  };
  return Object.keys(entries).length === 0 ? {} : { annotations: entries };
}

/** Labels know letters, digits, `-`, `_` and `.`, at most 63, and begin and end with a letter or digit. */
function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}
