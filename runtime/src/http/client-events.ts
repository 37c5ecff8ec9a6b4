/** Reads server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */

import { ServiceError } from '../errors.ts';

export interface ServerSentEvent {
  /** `message` unless the server named it. */
  readonly event: string;
  readonly data: string;
}

/** Characters that one event may have: as much as one message over gRPC. */
const LONGEST_EVENT = 4 * 1024 * 1024;

/** The events of a body. One that the body breaks off in the middle of is not given, as the standard asks. */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let event = '';
  let data: string[] = [];
  let size = 0;
  for await (const line of lines(body)) {
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n') };
      event = '';
      data = [];
      size = 0;
      continue;
    }
    const [field, value] = fieldOf(line);
    if (field === 'event') event = value;
    if (field !== 'data') continue;
    data.push(value);
    size += value.length;
    if (size > LONGEST_EVENT) throw tooLong();
  }
}

function fieldOf(line: string): [field: string, value: string] {
  const colon = line.indexOf(':');
  if (colon === -1) return [line, ''];
  const start = line[colon + 1] === ' ' ? colon + 2 : colon + 1;
  return [line.slice(0, colon), line.slice(start)];
}

/** Lines end in LF, CR or CRLF, and chunks of the body end anywhere. */
async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the very end may be the first half of a CRLF.
    const held = rest.endsWith('\r') ? '\r' : '';
    const whole = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
    rest = whole.pop()! + held;
    yield* whole;
    if (rest.length > LONGEST_EVENT) throw tooLong();
  }
  if (rest.endsWith('\r')) yield rest.slice(0, -1);
}

function tooLong(): ServiceError {
  return new ServiceError('resource-exhausted', `a streamed message has more than ${LONGEST_EVENT} characters`, {
    origin: 'remote',
    responseBegun: true,
  });
}
