import autocannon from 'autocannon';
import { prepareServers, quoteBody, type Running, start } from './servers.ts';
import { median, row } from './table.ts';

/** Seconds of load before anything is measured, so that start and compilation are not. */
const warmUp = 5;
const rounds = 15;
const seconds = 1;

interface Figures {
  /** Microseconds of CPU for each request, of the server alone. */
  readonly cpu: number;
  /** Requests a second. */
  readonly rate: number;
}

/** CPU for each request and requests a second, of the same route on a generated service, on Fastify and on others. */
export async function benchServing(work: string): Promise<void> {
  const servers = await prepareServers(work);
  const running: Running[] = [];
  try {
    for (const server of servers) running.push(await start(server));
    for (const { port } of running) await load(port, warmUp);
    const figures: Figures[][] = [];
    // Round by round, all servers alive: what else the machine does meets them all, and ratios are taken within a round.
    for (let round = 0; round < rounds; round++) {
      const each: Figures[] = [];
      for (const server of running) each.push(await measure(server));
      figures.push(each);
    }
    console.log(`\nPOST /v1/quotes, validated body, 16 connections, median of ${rounds} rounds of ${seconds} s`);
    row('server', 'CPU µs/request', 'requests/s', 'of Fastify: CPU', 'requests/s');
    servers.forEach(({ name }, i) => {
      const of = (figure: (round: Figures) => number) => median(figures.map((round) => figure(round[i] as Figures)));
      const ratio = (figure: (round: Figures) => number) =>
        median(figures.map((round) => figure(round[i] as Figures) / figure(round[1] as Figures)));
      const [cpu, rate] = [({ cpu }: Figures) => cpu, ({ rate }: Figures) => rate];
      row(name, of(cpu).toFixed(1), of(rate).toFixed(0), `×${ratio(cpu).toFixed(2)}`, `×${ratio(rate).toFixed(2)}`);
    });
  } finally {
    for (const { kill } of running) kill();
  }
}

async function measure(server: Running): Promise<Figures> {
  const before = await cpuOf(server);
  const { requests, rate } = await load(server.port, seconds);
  return { cpu: ((await cpuOf(server)) - before) / requests, rate };
}

async function load(port: number, duration: number): Promise<{ requests: number; rate: number }> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/v1/quotes`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: quoteBody,
    connections: 16,
    duration,
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were no success, ${result.errors} failed`);
  return { requests: result['2xx'], rate: result.requests.average };
}

async function cpuOf({ ask }: Running): Promise<number> {
  return (await ask()).cpu;
}
