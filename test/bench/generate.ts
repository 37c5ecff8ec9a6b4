import type { SourceText } from '../../language/src/syntax/read.ts';

/** A system of any size: ten services to a file, about thirty lines each, each calling two others. The same size gives the same text. */
export function generatedSystem(services: number): SourceText[] {
  const sources: SourceText[] = [];
  for (let from = 0; from < services; from += 10) {
    const numbers = Array.from({ length: Math.min(10, services - from) }, (_, i) => from + i);
    sources.push({
      path: `part${from / 10}.svc`,
      text: `package generated\n\n${numbers.map((n) => service(n, services)).join('\n')}`,
    });
  }
  sources.push({ path: 'shared.svc', text: shared });
  return sources;
}

const shared = `package generated

policy standard {
  timeout  800ms
  deadline 2s
  retry    { attempts 2  backoff 25ms..100ms  on [connect, unavailable]  budget 20% }
  breaker  { failures 50%  of 20  within 10s  open 5s  probes 3 }
}
`;

/** Calls go to higher numbers only, so that no loop arises; the last services call nothing. */
function service(n: number, count: number): string {
  const callees = [n + 1, n + 7].filter((callee) => callee < count);
  const uses =
    callees.length > 0 ? `  uses ${callees.map((callee) => `service${callee}`).join(', ')} with standard\n` : '';
  const calls =
    callees.length > 0 ? `    calls ${callees.map((callee) => `service${callee}.Get${callee}`).join(' & ')}\n` : '';
  return `enum Status${n} { unknown = 0, open = 1, closed = 2 }

message Thing${n} {
  id: uuid = 1
  name: string = 2 where length 1..80
  status: Status${n} = 3
  amounts: int64[] = 4
  labels: map<string, string> = 5
  note: string? = 6
}

error Missing${n} 404 { id: uuid = 1 }

/// The service with number ${n}.
service service${n} {
  version 1.0.${n % 10}
  http 8080
  grpc 9090
${uses}
  rpc Get${n}(id: uuid = 1) -> Thing${n} throws Missing${n} {
    route GET /v1/things${n}/{id}
    reads
${calls}    deadline 5s
  }
  rpc Put${n}(id: uuid = 1, name: string = 2) -> Thing${n} {
    route PUT /v1/things${n}/{id}
    deadline 2s
  }
}
`;
}
