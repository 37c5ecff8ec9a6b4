import type { Resource } from '../../model/model.ts';
import { snakeCase } from '../names.ts';

/** A server in a container, as it runs for one person on one machine. */
export interface Server {
  readonly image: string;
  readonly command?: readonly string[];
  /** Given the name of its host. */
  readonly environment?: (host: string) => Readonly<Record<string, string>>;
  /** Where it keeps what has to outlive it. */
  readonly data?: string;
  /** A program in its image that ends well when the server answers. */
  readonly healthy: readonly string[];
  /** Where its clients find it, given the name of its host. */
  readonly url: (host: string) => string;
}

/** Not a secret: nobody but this machine reaches the servers. */
export const localPassword = 'local';

/** The server for a resource; undefined for kinds of which nobody here knows an image. */
export function serverFor({ type, version, name }: Resource): Server | undefined {
  const database = snakeCase(name);
  const tag = (suffix = '') => `${version ?? 'latest'}${version === undefined ? '' : suffix}`;
  switch (type.value) {
    case 'postgres':
      return {
        image: `postgres:${tag('-alpine')}`,
        environment: () => ({ POSTGRES_DB: database, POSTGRES_USER: database, POSTGRES_PASSWORD: localPassword }),
        data: Number.parseInt(version ?? '18', 10) >= 18 ? '/var/lib/postgresql' : '/var/lib/postgresql/data',
        healthy: ['pg_isready', '--host=127.0.0.1', `--username=${database}`, `--dbname=${database}`],
        url: (host) => `postgres://${database}:${localPassword}@${host}:5432/${database}`,
      };
    case 'mysql':
    case 'mariadb': {
      const prefix = type.value === 'mysql' ? 'MYSQL' : 'MARIADB';
      const ping = type.value === 'mysql' ? 'mysqladmin' : 'mariadb-admin';
      return {
        image: `${type.value}:${tag()}`,
        environment: () => ({
          [`${prefix}_DATABASE`]: database,
          [`${prefix}_USER`]: database,
          [`${prefix}_PASSWORD`]: localPassword,
          [`${prefix}_ROOT_PASSWORD`]: localPassword,
        }),
        data: '/var/lib/mysql',
        healthy: [ping, 'ping', '--host=127.0.0.1', `--user=${database}`, `--password=${localPassword}`],
        url: (host) => `${type.value}://${database}:${localPassword}@${host}:3306/${database}`,
      };
    }
    case 'mongodb':
      return {
        image: `mongo:${tag()}`,
        data: '/data/db',
        healthy: ['mongosh', '--quiet', '--eval', "db.adminCommand('ping')"],
        url: (host) => `mongodb://${host}:27017/${database}`,
      };
    case 'redis':
    case 'valkey':
      return {
        image: `${type.value}:${tag('-alpine')}`,
        data: '/data',
        healthy: [`${type.value}-cli`, 'ping'],
        url: (host) => `redis://${host}:6379`,
      };
    case 'nats':
      return {
        image: `nats:${tag('-alpine')}`,
        command: ['--jetstream', '--store_dir=/data', '--http_port=8222'],
        data: '/data',
        healthy: ['wget', '--quiet', '--spider', 'http://127.0.0.1:8222/healthz'],
        url: (host) => `nats://${host}:4222`,
      };
    case 'kafka':
      return kafka(version);
    case 'rabbitmq':
      return {
        image: `rabbitmq:${tag('-alpine')}`,
        environment: () => ({ RABBITMQ_DEFAULT_USER: database, RABBITMQ_DEFAULT_PASS: localPassword }),
        data: '/var/lib/rabbitmq',
        healthy: ['rabbitmq-diagnostics', '--quiet', 'check_port_connectivity'],
        url: (host) => `amqp://${database}:${localPassword}@${host}:5672`,
      };
    default:
      return undefined;
  }
}

/** One node that is broker and controller. Its image has tags of three numbers only. */
function kafka(version: string | undefined): Server {
  const parts = version?.split('.') ?? [];
  const tag = version === undefined ? 'latest' : [...parts, '0', '0'].slice(0, Math.max(3, parts.length)).join('.');
  return {
    image: `apache/kafka:${tag}`,
    environment: (host) => ({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${host}:9092`,
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_LOG_DIRS: '/var/lib/kafka/data',
    }),
    data: '/var/lib/kafka/data',
    healthy: ['/opt/kafka/bin/kafka-broker-api-versions.sh', '--bootstrap-server=localhost:9092'],
    url: (host) => `kafka://${host}:9092`,
  };
}
