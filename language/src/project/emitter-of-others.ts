import { EmitError } from '../emit/emit-error.ts';
import type { Emitter, Output, Outputs } from '../emit/emitter.ts';
import { type Fault, ProjectError } from './fault.ts';
import { isOutputPath } from './output-path.ts';

/** A fault at the place where `weir.json` names the emitter. */
export type FaultAt = (message: string, hint: string) => Fault;

const whose = 'It is no part of Weir: tell who wrote it. WEIR_DEBUG=1 prints where it happened.';

/**
 * The emitter that a module exports. Throws a `ProjectError` for a module that fails as it is loaded, or exports none.
 *
 * @param name as `weir.json` has it
 */
export async function emitterIn(url: string, name: string, at: FaultAt): Promise<Emitter> {
  let module: { emitter?: unknown; default?: unknown };
  try {
    module = await import(url);
  } catch (error) {
    throw faultOf(error, (what) => at(`the emitter \`${name}\` cannot be loaded: ${what}`, whose));
  }
  const emitter = module.emitter ?? module.default;
  if (isEmitter(emitter)) return guarded(emitter, at);
  throw new ProjectError([
    at(`\`${name}\` exports no emitter`, 'It must export { name, emit } as `emitter` or by default.'),
  ]);
}

function isEmitter(value: unknown): value is Emitter {
  const { name, emit } = (value ?? {}) as Partial<Emitter>;
  return typeof name === 'string' && typeof emit === 'function';
}

/** The same emitter. What goes wrong in it, or with what it gives, is told as its fault and not as one of Weir. */
function guarded(emitter: Emitter, at: FaultAt): Emitter {
  const { name } = emitter;
  return {
    name,
    emit: (model, options) => {
      let given: Outputs;
      try {
        given = emitter.emit(model, options);
      } catch (error) {
        throw faultOf(error, (what) => at(`the emitter \`${name}\` failed: ${what}`, whose));
      }
      const fault = wrongIn(given);
      if (fault === undefined) return given;
      throw new ProjectError([at(`the emitter \`${name}\` gave ${fault.what}`, fault.hint)]);
    },
  };
}

/** What emitters throw on purpose stays as it is. */
function faultOf(error: unknown, fault: (what: string) => Fault): Error {
  if (error instanceof ProjectError || error instanceof EmitError) return error;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new ProjectError([fault(what)], { cause: error });
}

function wrongIn(given: unknown): { readonly what: string; readonly hint: string } | undefined {
  if (!(given instanceof Map)) {
    const what = given instanceof Promise ? 'a promise' : 'no map';
    return { what, hint: '`emit` gives a Map of paths to { mode, text, sources }, at once.' };
  }
  for (const [path, output] of given) {
    if (typeof path !== 'string' || !isOutputPath(path)) {
      const hint = 'Paths are relative to the project, with `/`, and lead to no hidden folder.';
      return { what: `a path that leads astray: ${path}`, hint };
    }
    if (!isOutput(output)) {
      const hint = 'It needs { mode: "owned" | "once", text, sources }, or { mode: "merged", text, sources, merge }.';
      return { what: `something else than an output for ${path}`, hint };
    }
  }
  return undefined;
}

function isOutput(value: unknown): value is Output {
  const { mode, text, sources, merge } = (value ?? {}) as Partial<Extract<Output, { mode: 'merged' }>>;
  const isKnown = ['owned', 'once'].includes(mode ?? '') || (mode === 'merged' && typeof merge === 'function');
  return isKnown && typeof text === 'string' && Array.isArray(sources);
}
