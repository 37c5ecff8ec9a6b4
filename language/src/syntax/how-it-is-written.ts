import type { IToken } from 'chevrotain';

/** How what a rule of the grammar reads is written, for rules that no word begins. */
export const shapes: Readonly<Record<string, string>> = {
  Annotation: 'An annotation is written `@allow(rule-name, "why it is meant")` or `@deprecated("use X")`.',
  CallItem: 'A call names an operation, `users.GetUser`; further ones follow after `,` or, in parallel, after `&`.',
  CallName: 'A call names an operation: `users.GetUser`.',
  ConfigEntry: 'A setting is written `pageSize: int32 default 50`.',
  Enum: 'A value is written `placed = 1`.',
  EnumValue: 'A value is written `placed = 1`.',
  Field: 'A field is written `name: string = 1`; `string[]` is a list, `string?` may be missing.',
  File: 'A file holds declarations, such as `service users { http 8080 }`.',
  Import: 'Write `import shop.users` for all of a package, or `import shop.users.{User, GetUser}` for names of it.',
  MapType: 'A map is written `map<string, int32>`.',
  Message: 'A field is written `name: string = 1`; `string[]` is a list, `string?` may be missing.',
  ErrorMessage: 'A field is written `name: string = 1`; `string[]` is a list, `string?` may be missing.',
  Event: 'A field is written `name: string = 1`; `string[]` is a list, `string?` may be missing.',
  Oneof: 'A oneof is written `oneof payment { card: string = 1  voucher: string = 2 }`.',
  Operation:
    'An operation is written `rpc GetUser(id: uuid = 1) -> User { … }`, and `rpc Ping()` where it takes nothing.',
  TypeExpression:
    'A type is written `string`, `string[]` for a list, `map<string, int32>`, `string?` if it may be missing.',
};

/** How what a word begins is written. */
export const members: Readonly<Record<string, string>> = {
  abort: 'abort { errors 1%  latency p99 400ms }',
  apply: 'apply edge',
  attempts: 'attempts 3',
  auth: 'auth customer scope "orders:write"',
  availability: 'availability 99.9%',
  backoff: 'backoff 25ms..400ms',
  balance: 'balance p2c',
  breaker: 'breaker { failures 50%  of 20  within 10s }',
  budget: 'budget 20%',
  bulkhead: 'bulkhead { concurrent 64  queue 32 }',
  burst: 'burst 400',
  cache: 'cache { ttl 30s }',
  calls: 'calls users.GetUser & pricing.Quote, payments.Charge',
  concurrent: 'concurrent 16',
  config: 'config { pageSize: int32 default 50 }',
  context: 'context ordering { services [orders, carts] }',
  cpu: 'cpu 250m..1',
  deadline: 'deadline 2s',
  defaults: 'defaults { timeout 1s }',
  deploy: 'deploy { replicas 2..10 }',
  disruption: 'disruption 1',
  drain: 'drain 30s',
  enum: 'enum OrderStatus { unknown = 0  placed = 1 }',
  environment: 'environment prod { orders { replicas 4..40 } }',
  error: 'error OutOfStock 409 { sku: string = 1 }',
  event: 'event OrderPlaced on bus key orderId { orderId: uuid = 1 }',
  external: 'external stripe { url "https://api.stripe.com" }',
  failures: 'failures 50%',
  fallback: 'fallback stale',
  gateway: 'gateway public { host "api.shop.example"  serves orders }',
  group: 'group "orders"',
  grpc: 'grpc 9090',
  health: 'health { ready /readyz { needs ordersDb } }',
  hedge: 'hedge { after p95 }',
  host: 'host "api.shop.example"',
  http: 'http 8080',
  idempotent: 'idempotent by header "Idempotency-Key"',
  image: 'image "registry.example/orders:1.0"',
  import: 'import shop.users',
  latency: 'latency p99 400ms',
  limit: 'limit { rate 100/s }',
  memory: 'memory 256Mi..512Mi',
  message: 'message User { id: uuid = 1 }',
  needs: 'needs ordersDb',
  on: 'on OrderPlaced as SendMail { … }',
  owner: 'owner "ordering-team"',
  package: 'package shop.orders',
  policy: 'policy standard { timeout 800ms }',
  port: 'port 8080',
  publishes: 'publishes OrderPlaced via outbox',
  queue: 'queue 32',
  rate: 'rate 100/s',
  relation: 'relation ordering -> payment customer-supplier',
  replicas: 'replicas 2..10',
  reserved: 'reserved 10, 12..15, "legacyId"',
  resource: 'resource ordersDb postgres { version 16 }',
  resources: 'resources { cpu 250m..1  memory 256Mi }',
  retry: 'retry { attempts 3  backoff 25ms..250ms }',
  rollout: 'rollout canary { steps [5%, 50%]  every 5min }',
  route: 'route GET /v1/orders/{id}',
  rpc: 'rpc GetUser(id: uuid = 1) -> User { … }',
  scale: 'scale { cpu 70% }',
  serves: 'serves orders, catalog.GetProduct',
  service: 'service orders { http 8080 }',
  services: 'services [orders, carts]',
  slo: 'slo { availability 99.9%  latency p99 400ms }',
  slow: 'slow 50% over 300ms',
  stale: 'stale 5min',
  steps: 'steps [5%, 50%]',
  storage: 'storage 1Gi',
  system: 'system shop { discovery dns }',
  throws: 'throws OutOfStock, PaymentDeclined',
  timeout: 'timeout 800ms',
  ttl: 'ttl 30s',
  type: 'type Sku = string where length 1..20',
  url: 'url "https://api.stripe.com"',
  uses: 'uses users, pricing with standard',
  version: 'version 1.4.0',
  window: 'window 30d',
  within: 'within 10s',
};

/** Rules that write members between braces, and the word by which people know them. */
export const containers: readonly (readonly [rule: string, shown: string])[] = [
  ['Service', 'service'],
  ['Operation', 'rpc'],
  ['Consumer', 'on'],
  ['External', 'external'],
  ['Gateway', 'gateway'],
  ['System', 'system'],
  ['Environment', 'environment'],
  ['Deploy', 'deploy'],
  ['Health', 'health'],
  ['Slo', 'slo'],
  ['Scale', 'scale'],
  ['Resources', 'resources'],
  ['Policy', 'policy'],
  ['RetryPart', 'retry'],
  ['BreakerPart', 'breaker'],
  ['BulkheadPart', 'bulkhead'],
  ['LimitPart', 'limit'],
  ['HedgePart', 'hedge'],
  ['CachePart', 'cache'],
];

/** What other languages and tools call it, in small letters without `-` and `_`. */
export const foreignWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    message: 'struct class record model interface object dto',
    type: 'alias typedef newtype',
    service: 'app application microservice component module server',
    resource: 'database db table queue topic store bucket',
    rpc: 'endpoint method operation func function def fn get post put delete patch query mutation api',
    policy: 'policies resilience',
    gateway: 'ingress proxy apigateway',
    uses: 'depends dependson dependencies requires',
    breaker: 'circuitbreaker circuit',
    limit: 'ratelimit ratelimiter throttle',
    retry: 'retries',
    timeout: 'timeouts',
    bulkhead: 'concurrency maxconcurrent',
    publishes: 'emits emit publish produces sends',
    on: 'subscribe subscribes consumes consume listens handles',
    failures: 'threshold failurerate errorrate',
    attempts: 'max maxattempts maxretries times count',
    ttl: 'expiry expires maxage duration',
    replicas: 'instances minreplicas maxreplicas',
    scale: 'autoscale autoscaling hpa',
    resources: 'requests limits',
    http: 'port listen',
    environment: 'env stage profile',
    throws: 'raises errors',
    route: 'path url',
    auth: 'security authentication',
  }).flatMap(([word, others]) => others.split(' ').map((other) => [other, word] as const)),
);

export const commas = 'Commas stand between parameters: `rpc Find(id: uuid = 1, name: string = 2)`.';

const numberFirst = 'The number of a field stands before `where`: `name: string = 1 where length 1..20`.';
const noParentheses = 'A call names an operation, without `()`: `calls users.GetUser`.';

/** By the rule in whose block it stands: what a sign was meant for that does not belong there. */
export const strays: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Message: { '=': numberFirst },
  ErrorMessage: { '=': numberFirst },
  Event: { '=': numberFirst },
  Operation: { '(': noParentheses },
  Consumer: { '(': noParentheses },
};

const units = /^(us|ms|s|sec|min|h|d|m|B|k|M|G|T|Ki|Mi|Gi|Ti|KB|MB|GB|KiB|MiB|GiB|rps|seconds|minutes|%)$/;

/** What two neighbouring tokens tell of a mistake, whatever was expected. */
export function hintAfter(actual: IToken, previous: IToken | undefined): string | undefined {
  const before = previous?.image ?? '';
  if (/^[0-9.]+$/.test(before) && units.test(actual.image)) {
    return `A unit stands close to its number: \`${before}${actual.image}\`.`;
  }
  if (before.startsWith('/') && actual.image === '{') {
    return 'Between `{` and `}` in a path stands the name of one parameter: `/v1/users/{id}`.';
  }
  if (before.startsWith('/') && actual.image === '?') {
    return 'A route ends with its path: what is not in the path comes from the query by itself.';
  }
  if (
    (before === ')' && [':', '=', 'returns', 'return'].includes(actual.image)) ||
    (before === '=' && actual.image === '>')
  ) {
    return 'What an operation returns stands behind an arrow: `rpc GetUser(id: uuid = 1) -> User`.';
  }
  if ((actual.image === ':' || actual.image === '=') && Object.hasOwn(members, before)) {
    return `Between a word and its value stands nothing: \`${members[before]}\`.`;
  }
  if (actual.image === '.' || (actual.image === '*' && before === '.')) {
    return shapes.Import;
  }
  return undefined;
}
