/** The commands of Redis that handlers may use: `ioredis` satisfies it, and so does the embedded store. */
export interface Redis {
  ping(): Promise<string>;

  get(key: string): Promise<string | null>;
  set(key: string, value: string | number): Promise<'OK'>;
  set(key: string, value: string | number, unit: 'EX' | 'PX', time: number): Promise<'OK'>;
  set(key: string, value: string | number, condition: 'NX'): Promise<'OK' | null>;
  set(key: string, value: string | number, unit: 'EX' | 'PX', time: number, condition: 'NX'): Promise<'OK' | null>;
  getdel(key: string): Promise<string | null>;
  mget(...keys: string[]): Promise<(string | null)[]>;
  incr(key: string): Promise<number>;
  incrby(key: string, by: number): Promise<number>;
  decr(key: string): Promise<number>;
  decrby(key: string, by: number): Promise<number>;

  del(...keys: string[]): Promise<number>;
  exists(...keys: string[]): Promise<number>;
  /** Seconds. */
  expire(key: string, seconds: number): Promise<number>;
  /** Milliseconds. */
  pexpire(key: string, milliseconds: number): Promise<number>;
  persist(key: string): Promise<number>;
  /** Seconds left; -1 without an expiry, -2 without the key. */
  ttl(key: string): Promise<number>;
  /** Milliseconds left; -1 without an expiry, -2 without the key. */
  pttl(key: string): Promise<number>;

  hget(key: string, field: string): Promise<string | null>;
  hset(key: string, values: Record<string, string | number>): Promise<number>;
  hset(key: string, ...fieldsAndValues: (string | number)[]): Promise<number>;
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
  hgetall(key: string): Promise<Record<string, string>>;
  hdel(key: string, ...fields: string[]): Promise<number>;
  hexists(key: string, field: string): Promise<number>;
  hkeys(key: string): Promise<string[]>;
  hlen(key: string): Promise<number>;
  hincrby(key: string, field: string, by: number): Promise<number>;

  lpush(key: string, ...values: (string | number)[]): Promise<number>;
  rpush(key: string, ...values: (string | number)[]): Promise<number>;
  lpop(key: string): Promise<string | null>;
  rpop(key: string): Promise<string | null>;
  /** Both ends included; negative counts from the end. */
  lrange(key: string, start: number, stop: number): Promise<string[]>;
  ltrim(key: string, start: number, stop: number): Promise<'OK'>;
  llen(key: string): Promise<number>;

  sadd(key: string, ...members: (string | number)[]): Promise<number>;
  srem(key: string, ...members: (string | number)[]): Promise<number>;
  sismember(key: string, member: string | number): Promise<number>;
  smembers(key: string): Promise<string[]>;
  scard(key: string): Promise<number>;

  zadd(key: string, ...scoresAndMembers: (string | number)[]): Promise<number>;
  zincrby(key: string, by: number, member: string): Promise<string>;
  zscore(key: string, member: string): Promise<string | null>;
  zrem(key: string, ...members: string[]): Promise<number>;
  zcard(key: string): Promise<number>;
  /** By rank, lowest score first; both ends included, negative counts from the end. */
  zrange(key: string, start: number, stop: number): Promise<string[]>;
  /** By rank, highest score first. */
  zrevrange(key: string, start: number, stop: number): Promise<string[]>;
}
