import type { EffectivePolicy } from '../../../model/effective-policy.ts';
import type { Model, PartName, Service } from '../../../model/model.ts';
import type { EmitFault } from '../../emit-error.ts';
import type { Choices } from '../choices.ts';
import { edgesOf, edgesTo, gatewaysOf } from '../peers.ts';
import { rolloutOf } from '../rollout.ts';
import { appliesPolicies, meshEdgesTo, policyOf } from './edge-policy.ts';

/** Parts that a mesh has a form for, on behalf of software written elsewhere. */
const expressed: Readonly<Record<NonNullable<Choices['mesh']>, readonly PartName[]>> = {
  istio: ['timeout', 'deadline', 'retry', 'bulkhead', 'balance'],
  linkerd: ['timeout', 'deadline', 'retry', 'balance'],
};

/**
 * What a mesh is to do on the way to a service and cannot. Parts that only the system's `defaults` give are meant for all and
 * held by those who can: they are no fault.
 */
export function meshFaults(model: Model, to: Service, choices: Choices): readonly EmitFault[] {
  const { mesh } = choices;
  if (mesh === undefined) return [];
  return [
    ...edgesOf(model)
      .filter((edge) => edge.to.id === to.id && appliesPolicies(edge.from) === 'mesh')
      .flatMap(({ from }) => partFaults(model, from, to, mesh)),
    ...(mesh === 'linkerd' ? callerFaults(model, to) : []),
    ...(mesh === 'istio' ? istioFaults(model, to, choices) : []),
  ];
}

const names = { istio: 'Istio', linkerd: 'Linkerd' } as const;

function partFaults(model: Model, from: Service, to: Service, mesh: 'istio' | 'linkerd'): EmitFault[] {
  const found = new Map<string, EmitFault>();
  for (const operation of to.operations) {
    const policy = policyOf(model, from, operation);
    for (const part of unexpressed(policy, mesh)) {
      const origin = policy[part]?.from;
      if (!origin || origin.layer === 'defaults') continue;
      const message = `${names[mesh]} cannot apply \`${part}\` on the way from ${from.name} to ${to.name}, and ${from.name} is written elsewhere`;
      const hint = `Write \`${part} none\` there, and have ${from.name} see to it.`;
      found.set(`${part} ${origin.at.file} ${origin.at.start.line} ${origin.at.start.column}`, {
        message,
        hint,
        at: origin.at,
      });
    }
  }
  return [...found.values()];
}

function unexpressed(policy: EffectivePolicy, mesh: 'istio' | 'linkerd'): PartName[] {
  const given = Object.keys(policy) as PartName[];
  return given.filter((part) => {
    if (!expressed[mesh].includes(part)) return true;
    if (part === 'balance') {
      const by = policy.balance?.value.by;
      return by === 'consistent-hash' || (mesh === 'linkerd' && by !== 'p2c');
    }
    // Linkerd sees answers only: what never arrived it reports as unavailable.
    return (
      part === 'retry' && mesh === 'linkerd' && (policy.retry?.value.on ?? []).every((cause) => cause === 'connect')
    );
  });
}

/** Linkerd's routes hold for whoever calls. */
function callerFaults(model: Model, to: Service): EmitFault[] {
  const edges = meshEdgesTo(model, to);
  const [edge] = edges;
  if (!edge) return [];
  const others = edgesTo(model, to).filter((other) => other.from.id !== edge.from.id);
  const same = (from: Service) =>
    JSON.stringify(edges.find((other) => other.from.id === from.id)?.rules ?? []) === JSON.stringify(edge.rules);
  const other = others.find(({ from }) => !same(from));
  if (!other) return [];
  const message = `Linkerd cannot tell the callers of ${to.name} apart: the \`timeout\` and \`retry\` of ${edge.from.name} would hold for ${other.from.name} as well`;
  const use = edge.from.uses.find(({ target }) => target.id === to.id);
  const hint = `Write \`with { timeout none  deadline none  retry none }\` at \`uses ${to.name}\` in ${edge.from.name}, or choose \`mesh istio\`.`;
  return [{ message, hint, at: use?.target.at ?? edge.from.at }];
}

function istioFaults(model: Model, to: Service, choices: Choices): EmitFault[] {
  const faults: EmitFault[] = [];
  const [edge] = meshEdgesTo(model, to);
  const rollout = rolloutOf(model, to, choices);
  if (edge && rollout?.by === 'flagger' && rollout.split?.mesh === 'istio') {
    const message = `Flagger writes the one route of ${to.name} that all callers share: it has no place for the policy of ${edge.from.name}`;
    const hint = `Write \`rollouts argo\` in \`system\`, or \`rollout rolling\` in ${to.name}.`;
    faults.push({ message, hint, at: to.deploy?.rollout?.at ?? to.at });
  }
  const [gateway] = gatewaysOf(model, to);
  if (gateway && choices.gateways !== 'istio') {
    const message = `the gateway ${gateway.name} stands outside the mesh, whose services let in only whom they know`;
    faults.push({
      message,
      hint: 'Leave `gateways` and `gateway-class` out, or write `gateways istio`.',
      at: gateway.at,
    });
  }
  return faults;
}
