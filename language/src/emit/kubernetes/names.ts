import type { Model } from '../../model/model.ts';
import { kebabCase } from '../names.ts';
import { checksum } from './checksum.ts';

/** A name of the language as the name of an object: `order-history`. */
export const objectName = (name: string): string => kebabCase(name);

/** What all objects are part of: the system's name, or `weir` where none has one. */
export const systemName = (model: Model): string => objectName(model.systems[0]?.name ?? 'weir');

/** The ConfigMap of a service. */
export const configMapName = (service: string): string => `${objectName(service)}-config`;

/** The Secret with the `secret` entries of a service's `config`. */
export const secretName = (service: string): string => `${objectName(service)}-secrets`;

/** The Secret that says where a resource is, and how to get in. */
export const connectionName = (resource: string): string => `${objectName(resource)}-connection`;

/** The Secret with the keys that callers may show. */
export const authKeysName = (auth: string): string => `${objectName(auth)}-auth-keys`;

/** The Service of which DNS gives all pods: for clients that balance by themselves. */
export const podsName = (service: string): string => shortened(objectName(service), '-pods');

/** The Secret with the certificate of a service, and with the CA that vouches for the others. */
export const certificateName = (service: string): string => `${objectName(service)}-certificate`;

/** At most 63 characters, as a Service's name may have: a longer one keeps its beginning, and is told apart by its checksum. */
function shortened(name: string, suffix: string): string {
  const whole = `${name}${suffix}`;
  if (whole.length <= 63) return whole;
  const end = `-${checksum(name).slice(0, 8)}${suffix}`;
  return `${name.slice(0, 63 - end.length).replace(/-+$/, '')}${end}`;
}
