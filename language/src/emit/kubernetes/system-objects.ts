import type { Gateway, Model, Place } from '../../model/model.ts';
import { sorted } from '../definition/neighbours.ts';
import { authorityOf, certificateOf } from './cert-manager/certificate.ts';
import { type Choices, choicesOf } from './choices.ts';
import type { CustomObject } from './custom-object.ts';
import { trafficPolicyOf } from './envoy-gateway/traffic-policy.ts';
import { gatewayOf } from './gateway-api/gateway.ts';
import { objectName, systemName } from './names.ts';
import { prometheusRuleOf } from './prometheus-operator/rules.ts';

/** Objects that belong to no service, of one file. */
export interface SystemFile {
  readonly name: string;
  readonly objects: readonly CustomObject[];
  readonly sources: readonly Place[];
  /** Where to complain about them. */
  readonly at?: Place;
}

/** A file for each gateway, one for the authority that signs certificates, and one for the rules by which the system is watched. */
export function systemFilesOf(model: Model): readonly SystemFile[] {
  const choices = choicesOf(model);
  const rules = prometheusRuleOf(model, choices);
  const authority = authorityOf(model, systemName(model), choices);
  const said = model.systems.slice(0, 1).map(({ extent }) => extent);
  return [
    ...sorted(model.gateways).map((gateway) => ({
      name: `gateway-${objectName(gateway.name)}`,
      objects: gatewayObjects(model, gateway, choices),
      sources: [gateway.extent, ...said],
      at: gateway.at,
    })),
    ...(authority.length === 0 ? [] : [{ name: 'authority', objects: authority, sources: said }]),
    ...(rules.length === 0
      ? []
      : [{ name: 'prometheus-rules', objects: rules, sources: model.services.map(({ extent }) => extent) }]),
  ];
}

function gatewayObjects(model: Model, gateway: Gateway, choices: Choices): CustomObject[] {
  const system = systemName(model);
  return [
    gatewayOf(gateway, system, choices),
    ...certificateOf(gateway, system, choices),
    ...trafficPolicyOf(model, gateway, system, choices),
  ];
}
