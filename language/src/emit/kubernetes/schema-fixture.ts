import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service, ServiceAccount } from 'kubernetes-models/v1';
import type { KubernetesObject } from './objects.ts';

/** For tests: the strict schemas lie beside the repository, or not at all; then the looser ones of kubernetes-models do. */
const schemas = join(import.meta.dirname, '../../../../../shared/kubernetes-schemas/core-1.32.json');

/** Fails with all that is wrong when an object does not fit the schema of its kind. */
export function assertValid(object: KubernetesObject): void {
  if (existsSync(schemas)) assertStrict(object);
  else new models[object.kind](object as never).validate();
}

const models = {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
} as const;

interface Definitions {
  readonly definitions: Readonly<Record<string, { 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[] }>>;
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const validators = new Map<string, ValidateFunction>();
let core: { readonly ajv: Ajv; readonly names: ReadonlyMap<string, string> } | undefined;

function assertStrict(object: KubernetesObject): void {
  const id = `${object.apiVersion}/${object.kind}`;
  const validate = validators.get(id) ?? compile(id);
  validators.set(id, validate);
  assert.ok(validate(object), `${id} ${object.metadata?.name}: ${JSON.stringify(validate.errors, null, 2)}`);
}

function compile(id: string): ValidateFunction {
  core ??= load();
  const name = core.names.get(id);
  assert.ok(name, `no schema for ${id}`);
  return core.ajv.compile({ $ref: `core#/definitions/${name}` });
}

/** The schemas, and the name of each by `apps/v1/Deployment`. */
function load(): NonNullable<typeof core> {
  const schema: Definitions = JSON.parse(readFileSync(schemas, 'utf8'));
  const names = Object.entries(schema.definitions).flatMap(([name, definition]) =>
    (definition['x-kubernetes-group-version-kind'] ?? []).map(
      ({ group, version, kind }) => [`${group === '' ? '' : `${group}/`}${version}/${kind}`, name] as const,
    ),
  );
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  ajv.addSchema(schema, 'core');
  return { ajv, names: new Map(names) };
}
