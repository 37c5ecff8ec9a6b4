import type { Gateway } from '../../../model/model.ts';
import { byText } from '../../order.ts';
import type { Choices } from '../choices.ts';
import { type CustomObject, customObject } from '../custom-object.ts';
import { systemLabels } from '../labels.ts';
import { objectName } from '../names.ts';

/** The Secret with the certificate of a gateway. */
export const tlsSecretName = (gateway: string): string => `${objectName(gateway)}-tls`;

/** Where a gateway listens: for each host, at the port that the web has for it. Routes come from its own namespace only. */
export function gatewayOf(gateway: Gateway, system: string, { gatewayClass }: Choices): CustomObject {
  const hosts = hostsOf(gateway);
  const listeners = (hosts.length === 0 ? [undefined] : hosts).map((host, i) => ({
    name: `${gateway.tls ? 'https' : 'http'}${hosts.length > 1 ? `-${i + 1}` : ''}`,
    ...(host === undefined ? {} : { hostname: host }),
    port: gateway.tls ? 443 : 80,
    protocol: gateway.tls ? 'HTTPS' : 'HTTP',
    ...(gateway.tls ? { tls: { mode: 'Terminate', certificateRefs: [{ name: tlsSecretName(gateway.name) }] } } : {}),
    allowedRoutes: { namespaces: { from: 'Same' } },
  }));
  return customObject(
    'Gateway',
    { name: objectName(gateway.name), labels: systemLabels(system) },
    { gatewayClassName: gatewayClass, listeners },
  );
}

/** Each once, sorted. */
export const hostsOf = ({ hosts }: Gateway): readonly string[] =>
  [...new Set(hosts.map(({ value }) => value))].sort(byText);
