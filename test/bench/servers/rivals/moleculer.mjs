import { ServiceBroker } from 'moleculer';
import ApiService from 'moleculer-web';
import { price } from '../price.ts';
import { report } from '../report.ts';

// As https://moleculer.services/docs/0.14/moleculer-web and …/actions advise: an alias in the gateway, parameters on the action.
const broker = new ServiceBroker({ logger: false });
broker.createService({
  name: 'quotes',
  actions: {
    price: {
      params: {
        $$strict: true,
        items: {
          type: 'array',
          min: 1,
          max: 100,
          items: {
            type: 'object',
            strict: true,
            props: {
              sku: { type: 'string', min: 1, max: 20 },
              quantity: { type: 'number', integer: true, min: 1, max: 99 },
            },
          },
        },
      },
      handler: ({ params }) => price(params.items),
    },
  },
});
const api = broker.createService({
  mixins: [ApiService],
  settings: {
    port: 0,
    ip: '127.0.0.1',
    routes: [{ path: '/', bodyParsers: { json: true }, aliases: { 'POST /v1/quotes': 'quotes.price' } }],
  },
});
await broker.start();
report(api.server.address().port);
