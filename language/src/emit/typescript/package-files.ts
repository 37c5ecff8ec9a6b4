import type { Model, Service } from '../../model/model.ts';
import { neighboursOf } from '../definition/neighbours.ts';
import type { EmitOptions } from '../emitter.ts';
import { kebabCase } from '../names.ts';
import { createScope } from './scope.ts';
import type { ServiceNames } from './service-names.ts';

/** What the runtime loads only if a service uses such a resource with a server of its own: its optional peers. */
const peers: Readonly<Record<string, readonly [name: string, range: string]>> = {
  postgres: ['pg', '^8.23.1'],
  redis: ['ioredis', '^6.0.0'],
};

/** `package.json`: a private package, so that a workspace or an image can install and start the service. */
export function packageJson(model: Model, service: Service, own: ServiceNames, options: EmitOptions): string {
  const scope = model.systems[0] && kebabCase(model.systems[0].name);
  const folder = own.folder.slice(own.folder.lastIndexOf('/') + 1);
  const kinds = new Set([...neighboursOf(model, service).resources.values()].map(({ target }) => target.type.value));
  const clients = [...kinds].sort().flatMap((kind) => (peers[kind] ? [peers[kind]] : []));
  const content = {
    name: scope ? `@${scope}/${folder}` : `${folder}-service`,
    version: service.version?.value ?? '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: { start: 'node src/main.ts' },
    dependencies: { '@weir/runtime': `^${options.runtimeVersion}`, ...Object.fromEntries(clients) },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** `tsconfig.json`: as strict as TypeScript gets, for code that Node runs as it stands. */
export const tsconfigJson = `{
  "compilerOptions": {
    "target": "es2024",
    "lib": ["es2024"],
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "types": ["node"],
    "noEmit": true,
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "exactOptionalPropertyTypes": true,
    "noImplicitOverride": true,
    "noFallthroughCasesInSwitch": true,
    "noImplicitReturns": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true
  },
  "include": ["src"]
}
`;

/** `src/main.ts`: starts the service. */
export function mainFile(own: ServiceNames): string {
  const scope = createScope([]);
  const serve = scope.use('@weir/runtime', 'serve', { value: true, as: own.constant === 'serve' ? 'start' : 'serve' });
  const definition = scope.use(`./generated/${own.file}`, own.constant, { value: true });
  const as = own.constant === 'handlers' ? 'ownHandlers' : 'handlers';
  const handlers = scope.use('./handlers/index.ts', 'handlers', { value: true, as });
  return `${scope.imports()}\nawait ${serve}(${definition}, ${handlers});\n`;
}
