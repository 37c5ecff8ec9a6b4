import { run } from '../child.ts';

/** What curl received. */
export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body, when it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  readonly json: any;
}

export interface CurlRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is when it is text. */
  readonly body?: unknown;
}

/** Sends a request by curl. Its answer is whatever came, of any status; rejects when none did. */
export async function curl(url: string, { method, headers = {}, body }: CurlRequest = {}): Promise<Answer> {
  const args = ['--silent', '--show-error', '--include', '--max-time', '30', url];
  if (method !== undefined) args.push('--request', method);
  const sent = body === undefined ? headers : { 'content-type': 'application/json', ...headers };
  for (const [name, value] of Object.entries(sent)) args.push('--header', `${name}: ${value}`);
  if (body !== undefined) args.push('--data-binary', '@-');
  const input = typeof body === 'string' ? body : JSON.stringify(body);
  const { code, out, err } = await run('curl', args, { input });
  if (code !== 0) throw new Error(`curl ended with ${code}: ${err}`);
  return answerOf(out);
}

function answerOf(out: string): Answer {
  const end = out.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = out.slice(0, end).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const rest = out.slice(end + 4);
  // 100 Continue comes before the answer itself.
  if (status < 200) return answerOf(rest);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const isJson = /json/.test(headers['content-type'] ?? '');
  return { status, headers, text: rest, json: isJson ? JSON.parse(rest) : undefined };
}
