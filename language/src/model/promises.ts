import { indexOf } from './index-of.ts';
import type { External, Model, Place, Service } from './model.ts';

/** What a service or external promises. */
export interface Promised {
  /** Percent. */
  readonly availability?: { readonly value: number; readonly at: Place };
  readonly latency?: { readonly percentile: number; readonly ms: number; readonly at: Place };
}

/** What the service or external of this full name promises. */
export function promiseOf(model: Model, id: string): Promised {
  const { services, externals } = indexOf(model);
  const owner: Service | External | undefined = services.get(id) ?? externals.get(id);
  return (owner?.kind === 'external' ? owner : owner?.slo) ?? {};
}
