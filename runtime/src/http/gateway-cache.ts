/** What a gateway keeps of answers: those of services that ask nobody who calls, as a shared cache may. RFC 9111. */

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';
import type { GatewayRoute } from '../definition.ts';
import type { AdmittedCall } from '../policy/admission.ts';
import type { RoutePath } from './path.ts';

/** Bytes of a body that is kept: a cache of ten thousand answers has to have room. */
const LARGEST_KEPT = 64 * 1024;

/** An answer that was kept, and when it came (an instant of the clock). */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly at: number;
}

/** Headers by which the answers of services differ; `vary` may name them. */
const KEY_HEADERS = ['accept', 'accept-encoding', 'origin'];

/** Headers that belong to the one request that was answered first. */
const OWN = new Set(['x-request-id', 'date']);

/** Whether the answer to a request may be another's too. */
export function mayShare(route: GatewayRoute, { method, headers }: FastifyRequest): boolean {
  return (
    route.shared === true &&
    method === 'GET' &&
    headers.authorization === undefined &&
    headers.cookie === undefined &&
    headers.range === undefined
  );
}

const NOT_KEPT = new Error('the answer is for one caller');

/**
 * The kept answer, or the one that `ask` gets. One that may not be kept goes to the one who asked; others who waited for it
 * ask for themselves.
 */
export async function throughCache(
  {
    request,
    route,
    path,
  }: { readonly request: FastifyRequest; readonly route: GatewayRoute; readonly path: RoutePath },
  { cached, signal, deadlineAt }: AdmittedCall,
  now: () => number,
  ask: (signal: AbortSignal, deadlineAt?: number) => Promise<Dispatcher.ResponseData>,
): Promise<KeptAnswer | Dispatcher.ResponseData> {
  const asked = { ...(request.query as object), ...path.parameters(request.params as Record<string, string>) };
  const scope = [route.path, ...KEY_HEADERS.map((name) => request.headers[name])].join('\n');
  let own: Dispatcher.ResponseData | undefined;
  let waits = true;
  try {
    return await cached(asked, scope, async (shared) => {
      // Others may wait for it longer than this one does.
      const answer = await ask(shared);
      if (mayKeep(answer)) return kept(answer, now());
      if (waits) own = answer;
      else answer.body.on('error', () => {}).destroy();
      throw NOT_KEPT;
    });
  } catch (error) {
    if (error !== NOT_KEPT) throw error;
    return own ?? ask(signal, deadlineAt);
  } finally {
    waits = false;
  }
}

function mayKeep({ statusCode, headers }: Dispatcher.ResponseData): boolean {
  const size = Number(headers['content-length'] ?? Number.NaN);
  return (
    statusCode === 200 &&
    size <= LARGEST_KEPT &&
    headers['set-cookie'] === undefined &&
    !/\b(no-store|private)\b/i.test(String(headers['cache-control'] ?? '')) &&
    listed(headers.vary).every((name) => KEY_HEADERS.includes(name))
  );
}

async function kept({ statusCode, headers, body }: Dispatcher.ResponseData, at: number): Promise<KeptAnswer> {
  const rest = Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.has(name)));
  return { status: statusCode, headers: rest, body: Buffer.from(await body.arrayBuffer()), at };
}

const listed = (header: string | string[] | undefined): string[] =>
  String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
