import type { Model, Resource, Service } from '../../model/model.ts';
import { sorted } from '../definition/neighbours.ts';
import { resourcesOf } from '../kubernetes/peers.ts';
import { kebabCase } from '../names.ts';

/** What runs in containers, each with a name of its own in their network. */
export interface Hosts {
  readonly services: readonly Service[];
  /** Those that some service uses. */
  readonly resources: readonly Resource[];
  readonly nameOf: (part: Service | Resource) => string;
}

/** Services have the names by which they find each other; a resource of such a name is called by its kind as well. */
export function hostsOf(model: Model): Hosts {
  const services = sorted(model.services);
  const resources = sorted(services.flatMap((service) => resourcesOf(model, service)));
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const give = (part: Service | Resource, candidates: readonly string[]) => {
    const last = candidates.at(-1) ?? '';
    let name = candidates.find((candidate) => !taken.has(candidate));
    for (let n = 2; name === undefined; n++) if (!taken.has(`${last}-${n}`)) name = `${last}-${n}`;
    taken.add(name);
    names.set(part.kind + part.id, name);
  };
  for (const service of services) give(service, [kebabCase(service.name), wholeName(service)]);
  for (const resource of resources) {
    const plain = kebabCase(resource.name);
    give(resource, [plain, `${plain}-${kebabCase(resource.type.value)}`, wholeName(resource)]);
  }
  return { services, resources, nameOf: (part) => names.get(part.kind + part.id) ?? kebabCase(part.name) };
}

const wholeName = ({ id }: Service | Resource): string => id.split('.').map(kebabCase).join('-');
