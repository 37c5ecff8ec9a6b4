/** Two services as a compiler would emit them, with their types: `loans` lends what `books` knows. */

import type {
  CallContext,
  EventHandler,
  ServerStreamCall,
  ServerStreamHandler,
  UnaryCall,
  UnaryHandler,
} from '../context.ts';
import type { ClientPolicy, OperationContract, ServiceDefinition } from '../definition.ts';
import { declaredError } from '../errors.ts';
import type { Redis } from '../resources/redis.ts';

interface Isbn {
  readonly isbn: string;
}
interface Book extends Isbn {
  readonly title: string;
}
interface Loan extends Isbn {
  readonly reader: string;
  readonly title: string;
}

export class NoSuchBook extends declaredError<Isbn>('lending.NoSuchBook', 404, 5) {}

interface BooksClient {
  readonly getBook: UnaryCall<Isbn, Book>;
  readonly watch: ServerStreamCall<Isbn, Book>;
}

interface LoansContext extends CallContext<{ readonly days: number }> {
  readonly books: BooksClient;
  readonly register: Redis;
  readonly publish: { readonly lent: (event: Loan) => Promise<void> };
}

interface LoansContract {
  readonly handlers: {
    readonly borrow: UnaryHandler<Loan, Loan, LoansContext>;
    readonly follow: ServerStreamHandler<Isbn, Book, LoansContext>;
    readonly remember: EventHandler<Loan, LoansContext>;
  };
  readonly calls: { readonly Borrow: UnaryCall<Loan, Loan>; readonly Follow: ServerStreamCall<Isbn, Book> };
  readonly consumers: { readonly Remember: Loan };
  readonly publishes: { readonly Lent: Loan };
  readonly clients: { readonly books: BooksClient };
  readonly resources: { readonly register: Redis };
  readonly config: { readonly days: number };
}

interface BooksContract {
  readonly handlers: {
    readonly getBook: UnaryHandler<Isbn, Book, CallContext>;
    readonly watch: ServerStreamHandler<Isbn, Book, CallContext>;
  };
  readonly calls: BooksClientCalls;
  readonly consumers: Record<never, never>;
  readonly publishes: Record<never, never>;
  readonly clients: Record<never, never>;
  readonly resources: Record<never, never>;
  readonly config: Record<never, never>;
}

interface BooksClientCalls {
  readonly GetBook: BooksClient['getBook'];
  readonly Watch: BooksClient['watch'];
}

const isbn = { number: 1, type: 'string', matches: '^[0-9]{4}$' } as const;
const types: ServiceDefinition['types'] = {
  'lending.Isbn': { fields: { isbn } },
  'lending.Book': { fields: { isbn, title: { number: 2, type: 'string' } } },
  'lending.Loan': {
    fields: { isbn, reader: { number: 2, type: 'string', length: [1, 20] }, title: { number: 3, type: 'string' } },
  },
  'lending.NoSuchBook': { fields: { isbn } },
};

const errors = { 'lending.NoSuchBook': { message: 'lending.NoSuchBook', status: 404, grpc: 5 } };
const getBook: OperationContract = {
  name: 'GetBook',
  request: 'lending.Isbn',
  response: 'lending.Book',
  kind: 'reads',
  routes: [{ method: 'GET', path: '/v1/books/{isbn}' }],
  errors,
};
const watch: OperationContract = { ...getBook, name: 'Watch', stream: 'server', routes: [] };

const standard: ClientPolicy = {
  timeout: 500,
  deadline: 2000,
  retry: { attempts: 3, backoff: [20, 100], jitter: 'full', on: ['connect', 'unavailable', 'timeout'] },
  breaker: { failures: 0.5, of: 4, within: 10_000, open: 5000, probes: 1 },
};

const rest = {
  version: '1.0.0',
  package: 'lending',
  types,
  consumers: {},
  events: {},
  clients: {},
  resources: {},
  auth: {},
  config: {},
  health: { live: '/healthz', ready: { path: '/readyz', needs: [], timeout: 1000 } },
  drain: 10_000,
  discovery: 'dns',
} as const;

export const books: ServiceDefinition<BooksContract> = {
  ...rest,
  name: 'books',
  grpc: { port: 9081, service: 'lending.BooksService' },
  operations: {
    getBook: { ...getBook, policy: { deadline: 1000 }, calls: {}, publishes: [] },
    watch: { ...watch, policy: {}, calls: {}, publishes: [] },
  },
};

export const loans: ServiceDefinition<LoansContract> = {
  ...rest,
  name: 'loans',
  http: { port: 8082 },
  operations: {
    borrow: {
      name: 'Borrow',
      request: 'lending.Loan',
      response: 'lending.Loan',
      kind: 'idempotent',
      routes: [{ method: 'POST', path: '/v1/loans' }],
      errors,
      idempotency: { header: 'Idempotency-Key' },
      auth: { anyOf: [{ auth: 'reader', scopes: ['borrow'] }] },
      policy: { deadline: 5000, limit: { rate: 1, burst: 5, key: { by: 'principal' } } },
      calls: { books: { getBook: standard } },
      publishes: [{ event: 'lending.Lent', outbox: false }],
    },
    follow: {
      name: 'Follow',
      request: 'lending.Isbn',
      response: 'lending.Book',
      stream: 'server',
      kind: 'reads',
      routes: [{ method: 'GET', path: '/v1/books/{isbn}/events' }],
      errors,
      policy: {},
      calls: { books: { watch: { timeout: 500 } } },
      publishes: [],
    },
  },
  consumers: {
    remember: {
      name: 'Remember',
      event: 'lending.Lent',
      group: 'loans',
      attempts: 3,
      backoff: [1000, 4000],
      deadLetter: true,
      concurrent: 1,
      deadline: 3000,
      calls: {},
      publishes: [],
    },
  },
  events: { 'lending.Lent': { message: 'lending.Loan', key: 'isbn' } },
  clients: {
    books: {
      name: 'books',
      grpc: { port: 9081, service: 'lending.BooksService' },
      operations: { getBook, watch },
    },
  },
  resources: { register: { kind: 'redis' } },
  auth: { reader: { kind: 'jwt', issuer: 'https://id.example', jwks: 'https://id.example/keys' } },
  config: { days: { type: 'int32', default: 14, range: [1, 60] } },
};

export const loansHandlers: LoansContract['handlers'] = {
  async borrow({ isbn, reader }, { books, register, publish, config }) {
    const { title } = await books.getBook({ isbn });
    await register.set(isbn, reader, 'EX', config.days * 86_400);
    await publish.lent({ isbn, reader, title });
    return { isbn, reader, title };
  },
  follow: ({ isbn }, { books }) => books.watch({ isbn }),
  async remember({ isbn, reader }, { register }) {
    await register.hincrby('lent', `${isbn} ${reader}`, 1);
  },
};

const shelf = new Map([['1001', 'Structured Programming']]);

export const booksHandlers: BooksContract['handlers'] = {
  async getBook({ isbn }) {
    const title = shelf.get(isbn);
    if (title === undefined) throw new NoSuchBook({ isbn });
    return { isbn, title };
  },
  async *watch({ isbn }) {
    for (const edition of ['first', 'second', 'third']) yield { isbn, title: `${shelf.get(isbn)}, ${edition}` };
  },
};
