import type { NodeKind } from './graph.ts';

const kinds: Readonly<Record<string, NodeKind>> = {
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

/** What a resource is by its type. A type that is not known is a `store`: something that holds things. */
export function resourceKind(type: string): NodeKind {
  return kinds[type.toLowerCase()] ?? 'store';
}

function fill(kind: NodeKind, types: readonly string[]): Record<string, NodeKind> {
  return Object.fromEntries(types.map((type) => [type, kind]));
}
