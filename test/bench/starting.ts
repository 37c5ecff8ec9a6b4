import { once } from 'node:events';
import { request } from 'node:http';
import { prepareServers, quoteBody, type Server, start } from './servers.ts';
import { median, row } from './table.ts';

const rounds = 9;
/** Milliseconds of rest before memory is looked at. */
const rest = 300;

interface Figures {
  /** Milliseconds from the start of the process to the end of its first answer. */
  readonly ready: number;
  /** Megabytes that are resident at rest, after that answer and a collection. */
  readonly memory: number;
}

/** From nothing to the first answer, and what a server keeps when nobody asks. */
export async function benchStarting(work: string): Promise<void> {
  const servers = await prepareServers(work);
  const figures: Figures[][] = [];
  for (let round = 0; round < rounds; round++) {
    const each: Figures[] = [];
    for (const server of servers) each.push(await measure(server));
    figures.push(each);
  }
  console.log(`\nFrom the start of a process to its first answer, and at rest, median of ${rounds} rounds`);
  row('server', 'first answer', 'at rest', 'of Fastify: time', 'memory');
  servers.forEach(({ name }, i) => {
    const of = (figure: (round: Figures) => number) => median(figures.map((round) => figure(round[i] as Figures)));
    const ratio = (figure: (round: Figures) => number) =>
      median(figures.map((round) => figure(round[i] as Figures) / figure(round[1] as Figures)));
    const [ready, memory] = [({ ready }: Figures) => ready, ({ memory }: Figures) => memory];
    const ratios = [ready, memory].map((figure) => `×${ratio(figure).toFixed(2)}`);
    row(name, `${of(ready).toFixed(0)} ms`, `${of(memory).toFixed(0)} MB`, ...ratios);
  });
}

async function measure(server: Server): Promise<Figures> {
  const from = performance.now();
  const running = await start(server, ['--expose-gc']);
  try {
    await answered(running.port);
    const ready = performance.now() - from;
    await new Promise((resolve) => setTimeout(resolve, rest));
    const { memory } = await running.ask();
    return { ready, memory: memory / 2 ** 20 };
  } finally {
    running.kill();
  }
}

async function answered(port: number): Promise<void> {
  const headers = { 'content-type': 'application/json', 'content-length': quoteBody.length };
  const asked = request({ port, host: '127.0.0.1', method: 'POST', path: '/v1/quotes', headers, agent: false });
  asked.end(quoteBody);
  const [response] = await once(asked, 'response');
  response.resume();
  await once(response, 'end');
  if (response.statusCode !== 200) throw new Error(`the first answer was ${response.statusCode}`);
}
