import { contractsTable } from './contracts/table.ts';
import { deploymentTable } from './deployment/table.ts';
import { eventsTable } from './events/table.ts';
import { namesAndTypesTable } from './names-and-types/table.ts';
import { policiesTable } from './policies/table.ts';
import { topologyTable } from './topology/table.ts';

/** Every rule there is, in the order of the design. The functions stand beside each group's rows, in its `checks.ts`. */
export const table = {
  ...namesAndTypesTable,
  ...contractsTable,
  ...policiesTable,
  ...topologyTable,
  ...eventsTable,
  ...deploymentTable,
};

export type RuleName = keyof typeof table;

/** In the order of the table. */
export const ruleNames = Object.keys(table) as readonly RuleName[];

export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(table, name);
}
