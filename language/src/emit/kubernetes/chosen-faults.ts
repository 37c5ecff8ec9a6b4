import type { Gateway, Model } from '../../model/model.ts';
import { sorted } from '../definition/neighbours.ts';
import type { EmitFault } from '../emit-error.ts';
import { scalingFaults } from './autoscale.ts';
import { hasCertificates } from './certificates.ts';
import { choicesOf } from './choices.ts';
import { gatewayFaults } from './envoy-gateway/traffic-policy.ts';
import { meshFaults } from './mesh/faults.ts';
import { rolloutFaults } from './rollout.ts';

/** What services and gateways ask for, and what their system chooses has no form for. */
export function chosenFaults(model: Model): readonly EmitFault[] {
  const choices = choicesOf(model);
  return [
    ...sorted(model.services).flatMap((service) => [
      ...scalingFaults(model, service, choices),
      ...rolloutFaults(model, service, choices),
      ...meshFaults(model, service, choices),
    ]),
    ...sorted(model.gateways).flatMap((gateway) => [
      ...gatewayFaults(model, gateway, choices),
      ...certificateFaults(model, gateway),
    ]),
  ];
}

/** The Gateway API has no stable form for a certificate that a gateway shows to services. */
function certificateFaults(model: Model, { name, at }: Gateway): EmitFault[] {
  if (!hasCertificates(model)) return [];
  const message = `\`mtls on\` lets services be called with a certificate only, and the gateway ${name} has none to show`;
  return [{ message, hint: 'Choose a `mesh`, which gives certificates to gateways too, or leave `mtls` out.', at }];
}
