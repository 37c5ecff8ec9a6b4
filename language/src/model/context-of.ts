import type { Context, Model } from './model.ts';

const known = new WeakMap<Model, ReadonlyMap<string, Context>>();

/** The context of each service, by the service's full name, made once for each model. Of two contexts, the first counts. */
export function contextOf(model: Model): ReadonlyMap<string, Context> {
  let contexts = known.get(model);
  if (!contexts) {
    const byService = new Map<string, Context>();
    for (const context of model.contexts) {
      for (const { id } of context.services) if (id !== undefined && !byService.has(id)) byService.set(id, context);
    }
    contexts = byService;
    known.set(model, contexts);
  }
  return contexts;
}
