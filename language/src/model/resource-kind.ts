/** Resources are told apart by what they do: a `database` keeps, a `cache` forgets, a `broker` carries; `store` is any other. */
export type ResourceKind = 'database' | 'cache' | 'broker' | 'store';

const kinds: Readonly<Record<string, ResourceKind>> = {
  ...fill('database', [
    ...[
      'postgres',
      'postgresql',
      'mysql',
      'mariadb',
      'sqlite',
      'cockroachdb',
      'yugabytedb',
      'tidb',
      'oracle',
      'sqlserver',
    ],
    ...[
      'mssql',
      'mongodb',
      'mongo',
      'cassandra',
      'scylladb',
      'dynamodb',
      'firestore',
      'couchdb',
      'spanner',
      'bigtable',
    ],
    ...['elasticsearch', 'opensearch', 'meilisearch', 'clickhouse', 'timescaledb', 'influxdb', 'neo4j', 'etcd'],
  ]),
  ...fill('cache', ['redis', 'valkey', 'memcached', 'dragonfly', 'keydb', 'hazelcast']),
  ...fill('broker', [
    'nats',
    'kafka',
    'redpanda',
    'rabbitmq',
    'pulsar',
    'activemq',
    'mqtt',
    'sqs',
    'sns',
    'pubsub',
    'kinesis',
  ]),
};

/** The types whose kind is known. */
export const knownResourceTypes: readonly string[] = Object.keys(kinds);

/** What a resource is by its type. A type that is not known is a `store`: something that holds things. */
export function resourceKind(type: string): ResourceKind {
  return kinds[type.toLowerCase()] ?? 'store';
}

function fill(kind: ResourceKind, types: readonly string[]): Record<string, ResourceKind> {
  return Object.fromEntries(types.map((type) => [type, kind]));
}
