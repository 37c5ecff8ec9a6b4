import { indexOf } from '../../model/index-of.ts';
import type { Model, Place, Resource, Service } from '../../model/model.ts';
import { resourceKind } from '../../model/resource-kind.ts';
import type { Report } from '../rule.ts';

/** With an owner, each other user is reported; without one, the database is, once. */
export function sharedDatabase(model: Model, report: Report<'shared-database'>): void {
  const { services } = indexOf(model);
  for (const [database, users] of usersOfDatabases(model)) {
    if (!database.owner) {
      if (users.size < 2) continue;
      const names = [...users.keys()].map(({ name }) => name);
      report({
        at: database.at,
        values: { database: database.name, users: names },
        related: [...users].map(([{ name }, at]) => ({ message: `\`${name}\` uses it`, at })),
      });
      continue;
    }
    const owner = services.get(database.owner.id ?? '');
    if (!owner) continue;
    for (const [user, at] of users) {
      if (user.id === owner.id) continue;
      report({
        at,
        values: { database: database.name, owner: owner.name, user: user.name },
        related: [{ message: `\`${owner.name}\` owns it`, at: database.owner.at }],
        allowedAt: [database.at],
      });
    }
  }
}

/** The services that use each database, each with the first place where it names it in `uses`. */
function usersOfDatabases(model: Model): ReadonlyMap<Resource, ReadonlyMap<Service, Place>> {
  const { services, resources } = indexOf(model);
  const users = new Map<Resource, Map<Service, Place>>();
  for (const service of services.values()) {
    for (const { target, of } of service.uses) {
      const resource = of === 'resource' ? resources.get(target.id ?? '') : undefined;
      if (!resource || resourceKind(resource.type.value) !== 'database') continue;
      const known = users.get(resource) ?? new Map<Service, Place>();
      users.set(resource, known);
      if (!known.has(service)) known.set(service, target.at);
    }
  }
  return users;
}
