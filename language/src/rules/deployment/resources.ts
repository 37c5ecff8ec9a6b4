import type { Deploy, Fix, Model, Quota } from '../../model/model.ts';
import { bytesText, cpuText } from '../naming.ts';
import type { Report } from '../rule.ts';
import { type DeployVariant, variantsOf, whereOf } from './variants.ts';

type Resource = 'cpu' | 'memory' | 'storage';

export function scaleWithoutRequest(model: Model, report: Report<'scale-without-request'>): void {
  for (const variant of variantsOf(model)) {
    const { service, deploy, written, elsewhere } = variant;
    const at = (elsewhere && written.resources?.at) ?? written.scale?.at ?? written.resources?.at;
    if (!at) continue;
    // What an environment inherits is told where the service says it.
    const told = elsewhere && !written.resources ? scaledWithoutRequest(elsewhere) : [];
    for (const resource of scaledWithoutRequest(variant)) {
      if (told.includes(resource)) continue;
      report({
        at,
        values: { service: service.name, where: whereOf(variant), resource, percent: deploy.scale?.[resource] ?? 0 },
        related: [deploy.scale, deploy.resources].flatMap((part) =>
          part && part.at !== at ? [{ message: `\`${service.name}\` has this`, at: part.at }] : [],
        ),
        allowedAt: [service.at],
      });
    }
  }
}

function scaledWithoutRequest({ deploy: { scale, resources } }: DeployVariant): ('cpu' | 'memory')[] {
  return (['cpu', 'memory'] as const).filter(
    (resource) => scale?.[resource] !== undefined && (resources?.[resource]?.min ?? 0) === 0,
  );
}

export function resourcesInverted(model: Model, report: Report<'resources-inverted'>): void {
  for (const variant of variantsOf(model)) {
    const { service, written } = variant;
    for (const resource of ['cpu', 'memory', 'storage'] as const) {
      const quota = written.resources?.[resource];
      if (quota && quota.min > quota.max) {
        const text = textsOf(resource, quota);
        report({
          at: quota.at,
          values: { service: service.name, where: whereOf(variant), resource, ...text },
          fixes: swap(quota, text),
          allowedAt: [service.at],
        });
      }
    }
  }
}

function textsOf(resource: Resource, { min, max }: Quota): { readonly request: string; readonly limit: string } {
  const text = resource === 'cpu' ? cpuText : bytesText;
  return { request: text(min), limit: text(max) };
}

function swap({ at }: Quota, { request, limit }: { readonly request: string; readonly limit: string }): Fix[] {
  return [{ title: `Write \`${limit}..${request}\``, edits: [{ at, text: `${limit}..${request}` }] }];
}

export function missingResources(model: Model, report: Report<'missing-resources'>): void {
  for (const variant of variantsOf(model)) {
    const { service, deploy, written, elsewhere, at } = variant;
    // Where it scales by what it never requested, `scale-without-request` tells it.
    if (hasResources(deploy) || scaledWithoutRequest(variant).length > 0) continue;
    if (elsewhere && !written.resources && !hasResources(elsewhere.deploy)) continue;
    report({ at, values: { service: service.name, where: whereOf(variant) }, allowedAt: [service.at] });
  }
}

const hasResources = ({ resources }: Deploy): boolean =>
  resources?.cpu !== undefined || resources?.memory !== undefined || resources?.storage !== undefined;
