import { startAcquirer } from './acquirer.ts';
import { type Identity, startIdentity } from './identity.ts';

/** Key of the supplier that may restock. */
export const supplierKey = 'supplier-key-for-the-local-run';

/** What the shop needs that others run: fakes of them, and the environment that points the services there. */
export interface Surroundings {
  readonly identity: Identity;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startSurroundings(): Promise<Surroundings> {
  const [identity, acquirer] = await Promise.all([startIdentity(), startAcquirer('local')]);
  return {
    identity,
    env: {
      WEIR_AUTH_CUSTOMER_JWKS: identity.jwks,
      WEIR_AUTH_PARTNER_KEYS: `acme-supplies:${supplierKey}`,
      WEIR_ACQUIRER_HTTP: acquirer.url,
      WEIR_PAYMENTS_ACQUIRER_KEY: 'local',
    },
    async stop() {
      await Promise.all([identity.stop(), acquirer.stop()]);
    },
  };
}
