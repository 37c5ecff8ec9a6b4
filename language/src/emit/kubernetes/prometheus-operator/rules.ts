import type { Model } from '../../../model/model.ts';
import { rulesOf } from '../../observability/rules/index.ts';
import type { Choices } from '../choices.ts';
import { type CustomObject, customObject } from '../custom-object.ts';
import { systemLabels } from '../labels.ts';
import { systemName } from '../names.ts';

/** Recording rules and alerts as the Prometheus operator takes them: the same as in `observability/rules.yaml`. */
export function prometheusRuleOf(model: Model, { monitoring }: Choices): CustomObject[] {
  const groups = monitoring === undefined ? [] : rulesOf(model);
  if (groups.length === 0) return [];
  const name = systemName(model);
  return [customObject('PrometheusRule', { name, labels: systemLabels(name) }, { groups })];
}
