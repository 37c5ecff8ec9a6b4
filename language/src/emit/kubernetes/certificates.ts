import type { Model, Service } from '../../model/model.ts';

/** Whether services speak TLS themselves, by certificates that are mounted: `mtls on`, and no mesh that does it for them. */
export function hasCertificates(model: Model): boolean {
  const system = model.systems[0];
  return system?.mtls === true && system.mesh === undefined;
}

/** Whether the pods of a service are given a certificate. What is written elsewhere needs one to show to those whom it calls. */
export function isCertified(model: Model, service: Service): boolean {
  if (!hasCertificates(model)) return false;
  return service.image === undefined || service.uses.some(({ of }) => of === 'service');
}

/** Where the certificate of a pod is mounted, as cert-manager fills a Secret: `tls.crt`, `tls.key`, `ca.crt`. */
export const certificateFolder = '/etc/weir-tls';
