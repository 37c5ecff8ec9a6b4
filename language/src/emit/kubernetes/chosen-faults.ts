import type { Model } from '../../model/model.ts';
import { sorted } from '../definition/neighbours.ts';
import type { EmitFault } from '../emit-error.ts';
import { scalingFaults } from './autoscale.ts';
import { choicesOf } from './choices.ts';
import { gatewayFaults } from './envoy-gateway/traffic-policy.ts';
import { rolloutFaults } from './rollout.ts';

/** What services and gateways ask for, and what their system chooses has no form for. */
export function chosenFaults(model: Model): readonly EmitFault[] {
  const choices = choicesOf(model);
  return [
    ...sorted(model.services).flatMap((service) => [
      ...scalingFaults(model, service, choices),
      ...rolloutFaults(model, service, choices),
    ]),
    ...sorted(model.gateways).flatMap((gateway) => gatewayFaults(model, gateway, choices)),
  ];
}
