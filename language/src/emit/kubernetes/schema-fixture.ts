import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service, ServiceAccount } from 'kubernetes-models/v1';
import { type CustomObject, isCustom } from './custom-object.ts';
import type { KubernetesObject } from './objects.ts';

/** For tests: the strict schemas lie beside the repository, or not at all; then the looser ones of kubernetes-models do. */
const folder = join(import.meta.dirname, '../../../../../shared/kubernetes-schemas');
const schemas = join(folder, 'core-1.32.json');

/** Fails with all that is wrong when an object does not fit the schema of its kind. */
export function assertValid(object: KubernetesObject): void {
  if (isCustom(object)) assertCustom(object);
  else if (existsSync(schemas)) assertStrict(object);
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

/** Objects of definitions have a file each beside the core's; nothing is known of them where it is missing. */
function assertCustom(object: CustomObject): void {
  const id = `${object.apiVersion}/${object.kind}`;
  const file = join(folder, `${object.apiVersion.replace('/', '_')}_${object.kind}.json`);
  if (!existsSync(file)) return;
  let validate = validators.get(id);
  if (!validate) {
    const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, code: { regExp: re2 } });
    validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
    validators.set(id, validate);
  }
  assert.ok(validate(object), `${id} ${object.metadata.name}: ${JSON.stringify(validate.errors, null, 2)}`);
}

/** Patterns of definitions are RE2's, which says in the pattern that case does not matter. */
const re2 = Object.assign(
  (pattern: string, flags: string) =>
    pattern.includes('(?i)') ? new RegExp(pattern.replace('(?i)', ''), `${flags}i`) : new RegExp(pattern, flags),
  { code: 'new RegExp' },
);

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
