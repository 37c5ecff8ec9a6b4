import { caller, files, type Service, type Source } from './system.ts';

/** The same system in LikeC4: services, and who calls whom. Types, routes and policies have no place there. */
export function likec4(services: number): Source[] {
  const parts = files(services).map((part, i) => ({
    path: `part${i}.c4`,
    text: `model {\n${part.map(service).join('')}}\n`,
  }));
  return [...parts, { path: 'shared.c4', text: shared }];
}

// A view of its own, or LikeC4 adds one of everything.
const shared = `specification {
  element service
}

views {
  view index {
    include service0
  }
}
`;

function service(of: Service): string {
  const calls = of.callees.map(
    (callee) => `  service${of.number} -> service${callee} '${caller(of)} calls Get${callee}'\n`,
  );
  return `  service${of.number} = service 'service${of.number}' {
    description 'The service with number ${of.number}.'
    technology 'HTTP and gRPC'
  }
${calls.join('')}`;
}
