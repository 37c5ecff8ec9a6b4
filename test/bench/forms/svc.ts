import { caller, files, type Service, type Source } from './system.ts';

/** A system in Weir's language. */
export function svc(services: number): Source[] {
  const parts = files(services).map((part, i) => ({
    path: `part${i}.svc`,
    text: `package generated\n\n${part.map(service).join('\n')}`,
  }));
  return [...parts, { path: 'shared.svc', text: shared }];
}

// A call waits a little longer than what is called can take, and only the last one of a row is tried again.
const shared = `package generated

policy standard { breaker { failures 50%  of 20  within 10s  open 5s  probes 3 } }
policy tier0 extends standard { timeout 1s }
policy tier1 extends standard { timeout 900ms }
policy tier2 extends standard { timeout 800ms }
policy tier3 extends standard {
  timeout  300ms
  deadline 700ms
  retry    { attempts 2  backoff 25ms..100ms  on [connect, unavailable]  budget 20% }
}

message Money {
  cents: int64 = 1
  currency: string = 2 where length 3
}

gateway edge {
  host   "api.generated.example"
  serves service0.Get0
  apply  guarded
}

policy guarded { limit { rate 100/s } }
`;

function service(of: Service): string {
  const { number: n, callees, tier } = of;
  const called = (tier + 1) % 4;
  const names = (text: (callee: number) => string, between: string) => callees.map(text).join(between);
  const uses = callees.length > 0 ? `  uses ${names((n) => `service${n}`, ', ')} with tier${called}\n` : '';
  const calls = (operation: string) =>
    callees.length > 0 && operation === caller(of) ? `    calls ${names((n) => `service${n}.Get${n}`, ' & ')}\n` : '';
  return `enum Status${n} { unknown = 0, open = 1, closed = 2 }

message Thing${n} {
  id: uuid = 1
  name: string = 2 where length 1..80
  status: Status${n} = 3
  amounts: int64[] = 4
  labels: map<string, string> = 5
  note: string? = 6
  price: Money = 7
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
    auth none
    reads
${calls(`Get${n}`)}  }
  rpc Put${n}(id: uuid = 1, name: string = 2) -> Thing${n} throws Missing${n} {
    route PUT /v1/things${n}/{id}
${calls(`Put${n}`)}    deadline 2s
  }
}
`;
}
