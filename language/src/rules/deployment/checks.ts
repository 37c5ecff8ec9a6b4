import { defaultProbes } from '../../model/deploy-defaults.ts';
import type { Model } from '../../model/model.ts';
import { settingsInEnvironments } from '../model-parts.ts';
import { durationText } from '../naming.ts';
import type { Checks, Report } from '../rule.ts';
import { canaryTooFine } from './canary-too-fine.ts';
import { drainTooShort } from './drain-too-short.ts';
import { missingResources, resourcesInverted, scaleWithoutRequest } from './resources.ts';
import { variantsOf, whereOf } from './variants.ts';

export const deployment = {
  'drain-too-short': drainTooShort,
  undrainable,
  'scale-without-request': scaleWithoutRequest,
  'resources-inverted': resourcesInverted,
  'missing-resources': missingResources,
  'canary-too-fine': canaryTooFine,
  'probe-timeout': probeTimeout,
  'secret-default': secretDefault,
} satisfies Partial<Checks>;

function undrainable(model: Model, report: Report<'undrainable'>): void {
  for (const variant of variantsOf(model)) {
    const { service, written } = variant;
    const { disruption } = written;
    // Kubernetes rounds a share of the replicas up: only none at all is nobody.
    if (!disruption || Number.parseFloat(`${disruption.value}`) > 0) continue;
    report({
      at: disruption.at,
      values: { service: service.name, where: whereOf(variant), disruption: `${disruption.value}` },
      fixes: [{ title: 'Let one replica at a time go', edits: [{ at: disruption.at, text: '1' }] }],
      allowedAt: [service.at],
    });
  }
}

function probeTimeout(model: Model, report: Report<'probe-timeout'>): void {
  for (const service of model.services) {
    for (const kind of ['live', 'ready', 'startup'] as const) {
      const { timeout, period } = service.health[kind] ?? {};
      const ms = timeout?.value ?? defaultProbes[kind].timeout * 1000;
      // Where no period is written, it is longer than the timeout.
      if (!period || ms < period.value) continue;
      report({
        at: timeout?.at ?? period.at,
        values: {
          service: service.name,
          kind,
          timeout: durationText(ms),
          period: durationText(period.value),
          over: ms === period.value ? undefined : durationText(ms - period.value),
          byDefault: timeout === undefined,
        },
        related: timeout ? [{ message: '`period` is given here', at: period.at }] : [],
      });
    }
  }
}

function secretDefault(model: Model, report: Report<'secret-default'>): void {
  for (const { name: service, config } of model.services) {
    for (const { name, type, at, default: value } of config) {
      if (type !== 'secret' || !value) continue;
      const edit = { at: { file: at.file, start: at.end, end: value.at.end }, text: ': secret' };
      report({
        at: value.at,
        values: { service, name },
        fixes: [{ title: `Remove the default of \`${name}\``, edits: [edit] }],
      });
    }
  }
  for (const { name, at, service } of settingsInEnvironments(model)) {
    const entry = service.config.find((one) => one.name === name);
    if (entry?.type === 'secret') report({ at, values: { service: service.name, name }, allowedAt: [entry.at] });
  }
}
