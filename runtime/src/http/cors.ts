/** What pages of other origins may do. https://fetch.spec.whatwg.org/#http-cors-protocol */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Environment } from '../config/environment.ts';

export interface CorsOptions {
  /** Origins such as `https://shop.example`, or `*` alone for all. */
  readonly origins: readonly string[];
  /** Whether cookies and the like may come along; not with `*`. */
  readonly credentials?: boolean;
  /** Headers that a page may send; whichever it asks for where absent. */
  readonly headers?: readonly string[];
  /** Seconds for which a browser need not ask again; 600. */
  readonly maxAge?: number;
}

/** Headers of ours that pages may read, beside those that are always safe. */
const EXPOSED = 'x-request-id, retry-after';

/**
 * What is given, else `WEIR_CORS_ORIGINS` (origins between commas, or `*`) and `WEIR_CORS_CREDENTIALS` (`on` or `off`); undefined
 * where neither says anything: then browsers let pages of other origins read nothing.
 */
export function corsOf(given: CorsOptions | undefined, env: Environment): CorsOptions | undefined {
  const origins = (env.WEIR_CORS_ORIGINS ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  const cors =
    given ?? (origins.length === 0 ? undefined : { origins, credentials: env.WEIR_CORS_CREDENTIALS === 'on' });
  if (cors === undefined) return undefined;
  for (const origin of cors.origins) {
    if (origin === '*' && (cors.credentials === true || cors.origins.length > 1)) {
      throw new Error('CORS for * stands alone and without credentials; name the origins that may send cookies.');
    }
    if (origin !== '*' && (!URL.canParse(origin) || new URL(origin).origin !== origin)) {
      throw new Error(`"${origin}" is no origin; write it as browsers do, for instance https://shop.example.`);
    }
  }
  return cors;
}

/**
 * Answers what browsers ask beforehand, and marks all other answers. No operation is reached by such a question, and nobody
 * is asked who they are for it.
 *
 * @param methodsOf the methods that the path of a request has
 */
export function addCors(
  app: FastifyInstance,
  { origins, credentials = false, headers, maxAge = 600 }: CorsOptions,
  methodsOf: (request: FastifyRequest) => readonly string[],
): void {
  const all = origins.includes('*');
  const known = new Set(origins);
  const mark = (reply: FastifyReply, origin: string) => {
    reply.header('access-control-allow-origin', all ? '*' : origin);
    if (credentials) reply.header('access-control-allow-credentials', 'true');
  };
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    const isKnown = origin !== undefined && (all || known.has(origin));
    const asked = request.headers['access-control-request-method'];
    if (request.method !== 'OPTIONS' || asked === undefined || origin === undefined) {
      if (!all) reply.header('vary', 'origin');
      if (isKnown) {
        mark(reply, origin);
        reply.header('access-control-expose-headers', EXPOSED);
      }
      return done();
    }
    const methods = methodsOf(request);
    if (methods.length === 0) return done();
    reply.header('vary', 'origin, access-control-request-method, access-control-request-headers');
    if (isKnown) {
      mark(reply, origin);
      reply.header('access-control-allow-methods', methods.join(', '));
      reply.header('access-control-max-age', String(maxAge));
      const wanted = headers?.join(', ') ?? request.headers['access-control-request-headers'];
      if (wanted !== undefined) reply.header('access-control-allow-headers', wanted);
    }
    reply.code(204).send();
  });
}
