/** What comes beside an answer, for callers who want to know. */

import type { OutgoingHttpHeaders } from 'node:http';
import type { AnswerHeaders, CallOptions } from './context.ts';
import { headersBy } from './headers.ts';

/** Gathers what comes with the answer to one attempt. */
export class AnswerSeen implements AnswerHeaders {
  #headers: OutgoingHttpHeaders = {};
  #trailers: OutgoingHttpHeaders = {};
  readonly headers = headersBy((name) => textOf(this.#headers[name]));
  readonly trailers = headersBy((name) => textOf(this.#trailers[name]));

  /** Whether anything was heard of an answer. */
  hasBegun = false;

  begins(headers: OutgoingHttpHeaders): void {
    this.hasBegun = true;
    this.#headers = headers;
  }

  /** @param trailers of an answer in one piece, its headers as well: its trailers may be among them */
  ends(trailers: OutgoingHttpHeaders): void {
    this.#trailers = trailers;
  }
}

function textOf(value: OutgoingHttpHeaders[string]): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value?.toString();
}

type OnAnswer = NonNullable<CallOptions['onAnswer']>;
type Attempt = { readonly signal: AbortSignal };

/** An attempt that another one has made superfluous, or that came too late, tells nothing. */
export async function tellingOne<T>(
  { signal }: Attempt,
  onAnswer: OnAnswer,
  send: (seen: AnswerSeen) => Promise<T>,
): Promise<T> {
  const seen = new AnswerSeen();
  try {
    return await send(seen);
  } finally {
    if (seen.hasBegun && !signal.aborted) onAnswer(seen);
  }
}

/** Tells at the first message, or at the end where there is none. */
export async function* tellingMany<T>(
  { signal }: Attempt,
  onAnswer: OnAnswer,
  send: (seen: AnswerSeen) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const seen = new AnswerSeen();
  let isTold = false;
  const tell = () => {
    if (!isTold && seen.hasBegun && !signal.aborted) onAnswer(seen);
    isTold = true;
  };
  try {
    for await (const message of send(seen)) {
      tell();
      yield message;
    }
  } finally {
    tell();
  }
}
