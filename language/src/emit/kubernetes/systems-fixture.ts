import fc from 'fast-check';

/** A service of a random system. Others are named by their place in the list. */
export interface RandomService {
  /** Written elsewhere: it has an image of its own. */
  readonly foreign: boolean;
  readonly http?: number;
  readonly grpc?: number;
  /** Whom it calls, or only `uses` where it is written elsewhere. */
  readonly calls: readonly number[];
  /** Port of an external that it calls by HTTPS. */
  readonly external?: number;
  /** Port of a database. */
  readonly database?: number;
  readonly publishes: boolean;
  readonly consumes: boolean;
  readonly deploy: string;
}

export interface RandomSystem {
  readonly services: readonly RandomService[];
  /** For each gateway, what it serves. */
  readonly gateways: readonly (readonly number[])[];
  readonly settings: string;
}

export const nameOf = (service: number): string => `s${service}`;

export const busPort = 4222;

const ports = fc.constantFrom<Pick<RandomService, 'http' | 'grpc'>[]>(
  { http: 8080 },
  { grpc: 9090 },
  { http: 8081, grpc: 9091 },
  // The port of metrics, of a database, and of HTTPS.
  { http: 9464, grpc: 5432 },
  { http: 443 },
);

const deployments = fc.constantFrom(
  '',
  'replicas 2..6',
  'replicas 1',
  'replicas 1..3  spread host',
  'spread none  drain 90s',
  'replicas 3  resources { cpu 250m..2  memory 1Gi  storage 2Gi }  disruption 50%',
  'replicas 3..9  scale { cpu 60%  memory 80% }',
);

/** Gateways have no certificates to show. */
const certified = 'discovery dns  mtls on';

/** For tests: systems of up to five services, of ours and of others, that call each other, the world outside, and publish. */
export const systems: fc.Arbitrary<RandomSystem> = fc
  .integer({ min: 1, max: 5 })
  .chain((count) => {
    const service = fc
      .record({
        foreign: fc.boolean(),
        ports,
        calls: fc.subarray([...Array(count).keys()]),
        external: fc.constantFrom(undefined, 443, 8443),
        database: fc.constantFrom(undefined, 5432, 6543),
        publishes: fc.boolean(),
        consumes: fc.boolean(),
        deploy: deployments,
      })
      .map(
        ({ ports: own, external, database, ...rest }): RandomService => ({
          ...rest,
          ...own,
          ...(external === undefined ? {} : { external }),
          ...(database === undefined ? {} : { database }),
        }),
      );
    return fc.record({
      services: fc.array(service, { minLength: count, maxLength: count }),
      gateways: fc.array(fc.subarray([...Array(count).keys()], { minLength: 1 }), { maxLength: 2 }),
      settings: fc.constantFrom('discovery dns', 'discovery static', certified, ''),
    });
  })
  .map((system) => (system.settings === certified ? { ...system, gateways: [] } : system));

/** What a service really calls: nobody calls itself, and an operation of someone else's without a port cannot be called. */
export const callsOf = ({ services }: RandomSystem, index: number): readonly number[] =>
  services[index]?.calls.filter((other) => other !== index) ?? [];

/** For tests: what an environment makes of a system, as text in the language. */
export const environments: fc.Arbitrary<(system: RandomSystem) => string> = fc
  .record({
    settings: fc.constantFrom(
      '',
      'discovery static',
      'mtls off',
      'namespace "elsewhere"',
      'image "mirror/{service}:{version}"',
    ),
    deploys: fc.array(deployments, { minLength: 5, maxLength: 5 }),
    url: fc.boolean(),
  })
  .map(({ settings, deploys, url }) => ({ services }: RandomSystem) => {
    const changed = services.map((_, index) => `${nameOf(index)} { ${deploys[index]} }`);
    const moved = services.flatMap(({ external }, index) =>
      url && external !== undefined ? [`e${index} { url "http://fake.example:8081" }`] : [],
    );
    return `environment other { ${[settings, ...changed, ...moved].join('\n')} }`;
  });

/** The system in the language; `environment` stands among what it says of itself. */
export const textOf = (system: RandomSystem, environment = ''): string =>
  declarationsOf(system, environment).join('\n');

/** The same, declaration by declaration. */
export function declarationsOf(system: RandomSystem, environment = ''): readonly string[] {
  const services = system.services.map((_, index) => serviceText(system, index));
  const resources = system.services.flatMap(({ database }, index) => [
    ...(database === undefined ? [] : [`resource db${index} postgres { port ${database} }`]),
  ]);
  const externals = system.services.flatMap(({ external }, index) =>
    external === undefined
      ? []
      : [`external e${index} { url "https://e${index}.example:${external}"  rpc Do() { route POST /do } }`],
  );
  const gateways = system.gateways.map(
    (served, index) => `gateway g${index} { host "g${index}.example"  serves ${served.map(nameOf).join(', ')} }`,
  );
  return [
    `system random { ${system.settings} ${environment} }`,
    ...(system.services.some(({ publishes, consumes }) => publishes || consumes)
      ? ['resource bus nats', 'event Happened on bus { id: string = 1 }']
      : []),
    ...services,
    ...resources,
    ...externals,
    ...gateways,
  ];
}

function serviceText(system: RandomSystem, index: number): string {
  const service = system.services[index];
  if (!service) return '';
  const { foreign, http, grpc, external, database, publishes, consumes, deploy } = service;
  const calls = callsOf(system, index).map(nameOf);
  const others = [...calls, ...(external === undefined ? [] : [`e${index}`])];
  const uses = others.length === 0 ? '' : `uses ${others.join(', ')} with { timeout 1s }`;
  const body = [
    http === undefined ? '' : `route POST /${nameOf(index)}`,
    foreign || others.length === 0 ? '' : `calls ${others.map((name) => `${name}.Do`).join(', ')}`,
    !foreign && publishes ? 'publishes Happened' : '',
  ].join('  ');
  return `service ${nameOf(index)} {
    ${foreign ? `image "registry.example/${nameOf(index)}:1.0"` : 'version 1.0.0'}
    ${http === undefined ? '' : `http ${http}`}  ${grpc === undefined ? '' : `grpc ${grpc}`}
    ${uses}
    ${database === undefined ? '' : `uses db${index}`}
    rpc Do() { ${body} }
    ${!foreign && consumes ? 'on Happened as Note {}' : ''}
    ${deploy === '' ? '' : `deploy { ${deploy} }`}
  }`;
}
