import { join } from 'node:path';
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { drive } from './drive.ts';
import { request } from './request.ts';

// As gRPC's own documents advise, with a deadline as they say every call should have.
const [, , address = ''] = process.argv;
const loaded = loadPackageDefinition(loadSync(join(import.meta.dirname, 'quotes.proto')));
const { QuotesService } = loaded.bench as unknown as Record<string, ServiceClientConstructor>;
// biome-ignore lint/suspicious/noExplicitAny: proto-loader's clients have no static types
const client = new QuotesService!(address, credentials.createInsecure()) as any;

function call(): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client.price(request, { deadline: Date.now() + 3000 }, (error: unknown, answer: unknown) =>
      error ? reject(error) : resolve(answer),
    );
  });
}

await call();
drive(call);
