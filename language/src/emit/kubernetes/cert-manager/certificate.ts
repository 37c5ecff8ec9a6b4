import type { Gateway, Model } from '../../../model/model.ts';
import { hasCertificates } from '../certificates.ts';
import type { Choices } from '../choices.ts';
import { type CustomObject, customObject } from '../custom-object.ts';
import { hostsOf, tlsSecretName } from '../gateway-api/gateway.ts';
import { labels, systemLabels } from '../labels.ts';
import { certificateName } from '../names.ts';
import type { Workload } from '../workload.ts';

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

/** Who signs the certificates by which services know each other: an authority that is the system's own. */
const authorityName = (system: string): string => `${system}-authority`;

/** The authority of a system: made by nobody but itself, in its own namespace. */
export function authorityOf(model: Model, system: string, { certificates }: Choices): CustomObject[] {
  if (certificates === undefined || !hasCertificates(model)) return [];
  const name = authorityName(system);
  const root = `${name}-root`;
  const metadata = (name: string) => ({ name, labels: systemLabels(system) });
  return [
    customObject('Issuer', metadata(root), { selfSigned: {} }),
    customObject('Certificate', metadata(name), {
      secretName: name,
      commonName: name,
      isCA: true,
      duration: '87600h',
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' },
      issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: root },
    }),
    customObject('Issuer', metadata(name), { ca: { secretName: name } }),
  ];
}

/** The certificate of a service: shown to those who call it, and to those whom it calls. */
export function peerCertificateOf(workload: Workload): CustomObject[] {
  const { certified, choices, name, service, system } = workload;
  if (!certified || choices.certificates === undefined) return [];
  return [
    customObject(
      'Certificate',
      { name: certificateName(service.name), labels: labels(workload) },
      {
        secretName: certificateName(service.name),
        dnsNames: [name],
        duration: '720h',
        renewBefore: '240h',
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        usages: ['digital signature', 'server auth', 'client auth'],
        issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: authorityName(system) },
      },
    ),
  ];
}
