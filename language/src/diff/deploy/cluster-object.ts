import type { JsonObject } from '../../model/json.ts';

/** An object of a cluster, as it is applied. */
export interface ClusterObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & JsonObject;
}

export const isClusterObject = (value: unknown): value is ClusterObject => {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<ClusterObject>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
};

/** What tells objects apart. The version is no part of it: a cluster serves one object in several. */
export const identityOf = ({ apiVersion, kind, metadata }: ClusterObject): string =>
  [groupOf(apiVersion), kind, metadata.namespace ?? '', metadata.name].join('/');

/** `apps` of `apps/v1`; nothing for the core's `v1`. */
export const groupOf = (apiVersion: string): string => apiVersion.split('/').slice(0, -1).join('/');
