import type { Model, Place, Service } from '../../model/model.ts';
import { handled, neighboursOf } from '../definition/neighbours.ts';
import type { EmitOptions, Emitter, Output, Outputs } from '../emitter.ts';
import { printLater } from '../print-later.ts';
import { nothingRemembered } from '../remembered.ts';
import { clientsFile, clientTypes } from './clients-file.ts';
import { dockerfile, dockerignore } from './container-files.ts';
import { definitionFile } from './definition-file.ts';
import { handlersFile } from './handlers-file.ts';
import { handlersIndex } from './handlers-index.ts';
import { mergeHandler } from './merge-handler.ts';
import { mainFile, packageJson, tsconfigJson } from './package-files.ts';
import { serviceNames, servicesHere } from './service-names.ts';
import { handlerFile, handlerSource } from './skeleton.ts';
import { systemFile } from './system-file.ts';
import { typeNames } from './type-names.ts';
import { typesFile } from './types-file.ts';

/**
 * A package for each service that runs on Weir's runtime, and `system.ts`, which runs all of them in one process. What
 * stands in `src/generated`, and the list of handlers, is rewritten by each build; the rest is a person's once written.
 */
export const typescriptEmitter: Emitter = {
  name: 'typescript',
  emit(model: Model, options: EmitOptions): Outputs {
    const services = servicesHere(model);
    const { isCurrent } = options.remembered ?? nothingRemembered;
    const changed = services.filter((service) => !isCurrent(service));
    const outputs = changed.flatMap((service) => servicePackage(model, service, options));
    if (services.length > 0) {
      const places = [...services, ...model.gateways].map((declaration) => declaration.extent);
      const print = () => systemFile(model, options);
      const rest = { mode: 'owned', sources: places, withoutMessages: true } as const;
      outputs.push([`${options.out}/system.ts`, printLater(rest, print)]);
    }
    return new Map(outputs);
  },
};

function servicePackage(model: Model, service: Service, options: EmitOptions): [string, Output][] {
  const own = serviceNames(model, service, options.services);
  const names = typeNames(model, service);
  const { folder } = own;
  const here = [service.extent];
  const handlers = handled(service).map((handler) => handler.extent);
  const of = service.id;
  const owned = (print: () => string, sources: readonly Place[]): Output =>
    printLater({ mode: 'owned', sources, of }, print);
  const once = (print: () => string, sources: readonly Place[]): Output =>
    printLater({ mode: 'once', sources, of }, print);
  return [
    [`${folder}/package.json`, once(() => packageJson(model, service, own, options), here)],
    [`${folder}/tsconfig.json`, once(() => tsconfigJson, here)],
    [`${folder}/Dockerfile`, once(() => dockerfile(folder), here)],
    [`${folder}/Dockerfile.dockerignore`, once(() => dockerignore(options.services, folder), here)],
    [`${folder}/src/main.ts`, once(() => mainFile(own), here)],
    [
      `${folder}/src/generated/${own.file}`,
      owned(() => definitionFile(model, service, own), definitionSources(model, service)),
    ],
    [
      `${folder}/src/generated/handlers.ts`,
      owned(() => handlersFile(model, service, own, names), [...here, ...handlers]),
    ],
    ...(clientTypes(model, service).length > 0
      ? [
          [`${folder}/src/generated/clients.ts`, owned(() => clientsFile(model, service, names), here)] as [
            string,
            Output,
          ],
        ]
      : []),
    ...names.modules.map((module): [string, Output] => {
      const places = module.types.map((type) => (type.kind === 'request' ? type.operation : type).extent);
      return [`${folder}/src/generated/types/${module.file}`, owned(() => typesFile(model, names, module), places)];
    }),
    [`${folder}/src/handlers/index.ts`, owned(() => handlersIndex(service, own), [...here, ...handlers])],
    ...own.handlers.map((handler): [string, Output] => {
      const path = `${folder}/src/handlers/${handler.file}`;
      const source = () => handlerSource(model, service, own, handler, path);
      const merge = (existing: string) => mergeHandler(existing, source());
      const rest = { mode: 'merged', sources: [handler.declaration.extent], of, merge } as const;
      return [path, printLater(rest, () => handlerFile(source()))];
    }),
  ];
}

/** A definition also says where its neighbours listen. */
const definitionSources = (model: Model, service: Service): readonly Place[] => [
  service.extent,
  ...[...neighboursOf(model, service).clients.values()].map(({ target }) => target.extent),
];
