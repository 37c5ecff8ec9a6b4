/** Recording rules and alerts for Prometheus: of what services promise, and of what shows that something is wrong. */

import type { Model } from '../../../model/model.ts';
import { sorted } from '../../definition/neighbours.ts';
import { systemName } from '../../kubernetes/names.ts';
import { objectiveRules } from './burn-rate.ts';
import type { RuleGroup } from './groups.ts';
import { objectivesOfExternal, objectivesOfService } from './objectives.ts';
import { symptomRules } from './symptoms.ts';

export type { RuleGroup } from './groups.ts';

/** All rules of a system, in the order of names: of each service and external what it promises, then what else shows. */
export function rulesOf(model: Model): readonly RuleGroup[] {
  let groups = known.get(model);
  if (!groups) {
    groups = build(model);
    known.set(model, groups);
  }
  return groups;
}

/** Several outputs hold them. */
const known = new WeakMap<Model, readonly RuleGroup[]>();

function build(model: Model): readonly RuleGroup[] {
  const system = systemName(model);
  return [
    ...sorted(model.services).flatMap((service) => [
      ...objectivesOfService(model, service).map((objective) => objectiveRules(objective, system)),
      ...symptomRules(model, service, system),
    ]),
    ...sorted(model.externals).flatMap((external) =>
      objectivesOfExternal(model, external).map((objective) => objectiveRules(objective, system)),
    ),
  ];
}
