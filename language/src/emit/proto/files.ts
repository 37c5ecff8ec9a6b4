import type { External, Model, Place, Service } from '../../model/model.ts';
import { protoService } from '../definition/names.ts';
import { byId, byText } from '../order.ts';
import type { ProtoDeclaration, ProtoFile } from './document.ts';
import { enumOf, messageOf, requestOf } from './messages.ts';
import { protoPackage, protoPath, requestName } from './names.ts';
import { serviceOf } from './services.ts';

interface Entry {
  readonly package: string;
  readonly place: Place;
  readonly declaration: ProtoDeclaration;
}

/**
 * The protobuf files of a model, one a package, sorted by path. In each: services, the requests of their operations, then
 * messages, errors, events and enums, sorted by name.
 */
export function protoFiles(model: Model): readonly ProtoFile[] {
  const entries = [...serviceEntries(model), ...typeEntries(model)];
  const packages = [...new Set(entries.map((entry) => entry.package))].sort(byText);
  return packages.map((name) => {
    const own = entries.filter((entry) => entry.package === name);
    return {
      path: name === '' ? 'services.proto' : protoPath(name),
      package: name,
      places: own.map(({ place }) => place),
      declarations: own.map(({ declaration }) => declaration),
    };
  });
}

/** Services and externals that speak gRPC; the others have no contract in protobuf, only messages. */
function serviceEntries(model: Model): Entry[] {
  const speakers: (Service | External)[] = [...model.services, ...model.externals]
    .filter(({ grpc }) => grpc)
    .sort(byId);
  const services = speakers.map((service): Entry => {
    const fullName = protoService(service);
    const end = Math.max(fullName.lastIndexOf('.'), 0);
    return { package: fullName.slice(0, end), place: service.extent, declaration: serviceOf(model, service) };
  });
  return [...services, ...speakers.flatMap((service) => requestEntries(model, service))];
}

function requestEntries(model: Model, service: Service | External): Entry[] {
  return service.operations.flatMap((operation) => {
    const { parameters } = operation;
    const name = requestName(model, operation);
    if (name === undefined || parameters.kind !== 'inline') return [];
    return {
      package: protoPackage(service.package),
      place: operation.extent,
      declaration: requestOf(model, operation, name, parameters.fields),
    };
  });
}

function typeEntries(model: Model): Entry[] {
  const messages = [model.messages, model.errors, model.events].flatMap((group) =>
    [...group].sort(byId).map(
      (declaration): Entry => ({
        package: protoPackage(declaration.package),
        place: declaration.extent,
        declaration: messageOf(model, declaration),
      }),
    ),
  );
  const enums = [...model.enums].sort(byId).map(
    (declaration): Entry => ({
      package: protoPackage(declaration.package),
      place: declaration.extent,
      declaration: enumOf(declaration),
    }),
  );
  return [...messages, ...enums];
}
