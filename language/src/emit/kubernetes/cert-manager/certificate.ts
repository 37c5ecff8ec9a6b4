import type { Gateway } from '../../../model/model.ts';
import type { Choices } from '../choices.ts';
import { type CustomObject, customObject } from '../custom-object.ts';
import { hostsOf, tlsSecretName } from '../gateway-api/gateway.ts';
import { systemLabels } from '../labels.ts';

/** The certificate of a gateway's hosts, with a new key each time that it is renewed. */
export function certificateOf(gateway: Gateway, system: string, choices: Choices): CustomObject[] {
  const dnsNames = hostsOf(gateway);
  if (choices.certificates === undefined || !gateway.tls || dnsNames.length === 0) return [];
  const secretName = tlsSecretName(gateway.name);
  return [
    customObject(
      'Certificate',
      { name: secretName, labels: systemLabels(system) },
      {
        secretName,
        dnsNames,
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        usages: ['digital signature', 'server auth'],
        issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: choices.issuer },
      },
    ),
  ];
}
