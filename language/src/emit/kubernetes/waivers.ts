import { type OptOut, optOutsOf } from '../../model/opt-outs.ts';
import { probesOf } from './probes.ts';
import type { Workload } from './workload.ts';

/** Checks of kube-score and kube-linter that something in the `.svc` answers, and why it is as it is. */
interface Waiver {
  readonly kubeScore: string;
  readonly kubeLinter?: string;
  readonly reason: string;
}

const checks: Readonly<Record<OptOut, Omit<Waiver, 'reason'>>> = {
  'no-cpu-limit': { kubeScore: 'container-resources', kubeLinter: 'unset-cpu-requirements' },
  'no-network-policy': { kubeScore: 'pod-networkpolicy', kubeLinter: 'non-isolated-pod' },
  'root-user': { kubeScore: 'container-security-context-user-group-id', kubeLinter: 'run-as-non-root' },
  'unpinned-image': { kubeScore: 'container-image-tag', kubeLinter: 'latest-tag' },
  'writable-root': {
    kubeScore: 'container-security-context-readonlyrootfilesystem',
    kubeLinter: 'no-read-only-root-fs',
  },
};

/** Annotations by which checkers pass over what a service opts out of, by `@allow` or by what it says of its deployment. */
export function waivers(workload: Workload): Record<string, string> {
  const found = waiversOf(workload);
  if (found.length === 0) return {};
  const linted = found.flatMap(({ kubeLinter, reason }) =>
    kubeLinter === undefined ? [] : [[`ignore-check.kube-linter.io/${kubeLinter}`, reason] as const],
  );
  return { 'kube-score/ignore': found.map(({ kubeScore }) => kubeScore).join(','), ...Object.fromEntries(linted) };
}

/** The same for an autoscaler, which may keep a single replica. */
export const autoscalerWaivers = ({ replicas }: Pick<Workload, 'replicas'>): Record<string, string> =>
  replicas.min === 1 ? { 'kube-score/ignore': 'horizontalpodautoscaler-replicas' } : {};

function waiversOf(workload: Workload): Waiver[] {
  const { service, replicas, spread, autoscale } = workload;
  const allowed = [...optOutsOf(service)].map(([name, reason]) => ({ ...checks[name], reason }));
  const single: Waiver = { kubeScore: 'deployment-replicas', reason: '`replicas 1`, or KEDA decides' };
  const apart: Waiver = {
    kubeScore: 'deployment-has-host-podantiaffinity',
    kubeLinter: 'no-anti-affinity',
    reason: '`spread none`',
  };
  const unasked: Waiver = {
    kubeScore: 'pod-probes',
    kubeLinter: 'no-liveness-probe',
    reason: `nothing is known of its health: \`health { live /path }\` says it`,
  };
  return [
    ...allowed.sort((a, b) => (a.kubeScore < b.kubeScore ? -1 : 1)),
    ...(autoscale?.by === 'keda' || (replicas.min === 1 && !autoscale) ? [single] : []),
    ...(spread === 'none' ? [apart] : []),
    ...(probesOf(workload).livenessProbe === undefined ? [unasked] : []),
  ];
}
