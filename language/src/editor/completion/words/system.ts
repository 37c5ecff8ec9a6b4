import { type Words, word } from './word.ts';

/** Resources, externals, and the whole. */
export const systemWords: Words = {
  'Resource:resource': word(
    'resource «name» «postgres»',
    'What services use and nobody here writes: a database, a cache, a broker.',
  ),
  'ResourceOwner:owner': word('owner «@Service»', 'The service that the resource belongs to.'),
  'External:external': word(
    'external «name» {\n\turl "«https://api.example.com»"\n}',
    'A service that someone else runs.',
  ),
  'UrlMember:url': word('url "«https://api.example.com»"', 'Where it is.'),
  'AvailabilityMember:availability': word('availability «99.9%»', 'The share of calls that it promises to answer.'),
  'LatencyMember:latency': word('latency p99 «300ms»', 'How long it promises to take.'),
  'Auth:auth': word('auth «name» jwt { issuer "«https://id.example.com»" }', 'Who may call, and how that is known.'),
  'Gateway:gateway': word(
    'gateway «name» {\n\thost "«api.example.com»"\n\tserves «@Served»\n}',
    'What the outside reaches.',
  ),
  'HostMember:host': word('host "«api.example.com»"', 'The names under which it is reached.'),
  'PortMember:port': word('port «443»', 'The port on which it listens.'),
  'TlsMember:tls': word('tls', 'Connections are encrypted.'),
  'TlsMember:none': word('none', 'Connections are not encrypted.'),
  'Serves:serves': word('serves «@Served»', 'The services whose routes are reached, or single operations.'),
  'BoundedContext:context': word('context «name» { services [«@Service»] }', 'Services that share a language.'),
  'ContextServices:services': word('services [«@Service»]', 'The services of the context.'),
  'Relation:relation': word(
    'relation «@BoundedContext» -> «@BoundedContext» «customer-supplier»',
    'How one context may depend on another.',
  ),
  'System:system': word('system «name» {\n\tdiscovery «dns»\n}', 'What holds for the whole project. There is one.'),
  'Defaults:defaults': word('defaults { timeout «1s» }', 'Parts that hold for all calls that say nothing else.'),
  'Environment:environment': word(
    'environment «name» {\n\t«»\n}',
    'What is different in one place where the system runs.',
  ),
  'ConfigValues:config': word('config {\n\t«»\n}', 'Settings of the service in this environment.'),
};
