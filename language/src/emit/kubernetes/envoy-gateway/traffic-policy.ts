import { gatewayPolicy } from '../../../model/effective-policy.ts';
import type { Gateway, Limit, Model } from '../../../model/model.ts';
import type { EmitFault } from '../../emit-error.ts';
import type { Choices } from '../choices.ts';
import { type CustomObject, customObject } from '../custom-object.ts';
import { systemLabels } from '../labels.ts';
import { objectName } from '../names.ts';

/** The `limit` of a gateway: what the Gateway API has no form for, and Envoy Gateway has. */
export function trafficPolicyOf(model: Model, gateway: Gateway, system: string, choices: Choices): CustomObject[] {
  const limit = gatewayPolicy(model, gateway).limit?.value;
  if (limit === undefined || choices.gateways !== 'envoy') return [];
  const name = objectName(gateway.name);
  const rules = selectorsOf(limit).map((clientSelectors) => ({
    ...(clientSelectors.length === 0 ? {} : { clientSelectors }),
    limit: amountOf(limit.rate),
  }));
  return [
    customObject(
      'BackendTrafficPolicy',
      { name, labels: systemLabels(system) },
      {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }],
        rateLimit:
          limit.scope === 'global' ? { type: 'Global', global: { rules } } : { type: 'Local', local: { rules } },
      },
    ),
  ];
}

/** Whose requests are counted together: one rule each, IPv4 beside IPv6. */
function selectorsOf({ key }: Limit): readonly (readonly object[])[] {
  switch (key?.by) {
    case 'client.ip':
      return ['0.0.0.0/0', '::/0'].map((value) => [{ sourceCIDR: { type: 'Distinct', value } }]);
    case 'header':
      return [[{ headers: [{ name: key.name, type: 'Distinct' }] }]];
    default:
      return [[]];
  }
}

const units = [
  ['Second', 1],
  ['Minute', 60],
  ['Hour', 3600],
  ['Day', 86_400],
] as const;

/** A rate in the shortest unit that has a whole number of requests; beyond a day, at least one. */
function amountOf(perSecond: number): { readonly requests: number; readonly unit: string } {
  for (const [unit, seconds] of units) {
    const requests = perSecond * seconds;
    if (requests >= 1 && Math.abs(requests - Math.round(requests)) < 1e-6)
      return { requests: Math.round(requests), unit };
  }
  return { requests: Math.max(1, Math.floor(perSecond * 86_400)), unit: 'Day' };
}

/** What a gateway is to do and cannot. */
export function gatewayFaults(model: Model, gateway: Gateway, choices: Choices): readonly EmitFault[] {
  const policy = gatewayPolicy(model, gateway);
  const parts = (['bulkhead', 'cache', 'shed'] as const).filter((part) => policy[part] !== undefined);
  const unheld = parts.map((part) => ({
    message: `the gateway ${gateway.name} cannot hold its \`${part}\`: the Gateway API has none`,
    hint: `Give the operations behind it the \`${part}\`, or take it away there with \`${part} none\`.`,
    at: policy[part]?.from.at ?? gateway.at,
  }));
  return [...unheld, ...limitFaults(model, gateway, choices)];
}

function limitFaults(model: Model, gateway: Gateway, choices: Choices): readonly EmitFault[] {
  const limit = gatewayPolicy(model, gateway).limit;
  if (limit === undefined) return [];
  const { key } = limit.value;
  const { at } = gateway;
  if (choices.gateways !== 'envoy') {
    const message = `the gateway ${gateway.name} cannot hold its \`limit\`: the Gateway API has none, and neither has its class ${choices.gatewayClass}`;
    return [{ message, hint: 'Write `gateways envoy` in `system`, or give the operations behind it the `limit`.', at }];
  }
  if (key?.by === 'principal' || key?.by === 'field') {
    const by = key.by === 'field' ? `field ${key.name}` : key.by;
    const message = `the gateway ${gateway.name} cannot hold its \`limit\`: it does not know the ${by} of a request`;
    return [{ message, hint: 'Limit by `client.ip` or a header, or give the operations behind it the `limit`.', at }];
  }
  return [];
}
