import { kebabCase } from '../names.ts';

/** A name of the language as the name of an object: `order-history`. */
export const objectName = (name: string): string => kebabCase(name);

/** The ConfigMap of a service. */
export const configMapName = (service: string): string => `${objectName(service)}-config`;

/** The Secret with the `secret` entries of a service's `config`. */
export const secretName = (service: string): string => `${objectName(service)}-secrets`;

/** The Secret that says where a resource is, and how to get in. */
export const connectionName = (resource: string): string => `${objectName(resource)}-connection`;

/** The Secret with the keys that callers may show. */
export const authKeysName = (auth: string): string => `${objectName(auth)}-auth-keys`;
