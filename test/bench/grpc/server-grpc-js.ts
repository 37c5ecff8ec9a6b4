import { join } from 'node:path';
import { loadPackageDefinition, Server, ServerCredentials, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { price } from '../servers/price.ts';
import { report } from '../servers/report.ts';

// As gRPC's own documents advise.
const loaded = loadPackageDefinition(loadSync(join(import.meta.dirname, 'quotes.proto')));
const { QuotesService } = loaded.bench as unknown as Record<string, ServiceClientConstructor>;
const server = new Server();
server.addService(QuotesService!.service, {
  price(
    { request }: { request: { items: { quantity: number }[] } },
    done: (error: null, answer: { items: number; cents: number }) => void,
  ) {
    done(null, price(request.items));
  },
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_error, port) => report(port));
