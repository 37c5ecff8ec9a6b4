/** The soak itself, in a process of its own: node --expose-gc process.ts <seconds> <definitions as JSON>. Prints what it held. */

import {
  memoryBroker,
  type RunningService,
  type ServiceDefinition,
  seededRandom,
  serve,
  systemClock,
} from '@weir/runtime';
import { type Held, held } from './held.ts';
import { startLoad } from './load.ts';
import { backHandlers, deskHandlers, frontHandlers } from './trio.ts';

export interface Report {
  /** Before anything ran; after warming up, idle; after the soak, idle; after everything has stopped. */
  readonly first: Held;
  readonly before: Held;
  readonly after: Held;
  readonly last: Held;
  readonly restarts: number;
  readonly answered: Readonly<Record<string, number>>;
}

type Name = 'front' | 'back' | 'desk';

const CALLERS = 24;
const WARM_UP = 8000;
/** Longer than breakers stay open, connections back off, and streams may be silent. */
const QUIET = 2500;
const RESTART_EVERY = 1500;

const [, , seconds = '10', json = ''] = process.argv;
const handlers = { back: backHandlers, desk: deskHandlers, front: frontHandlers };
const definitions = JSON.parse(json) as Record<Name, ServiceDefinition>;
const random = seededRandom(1);
const env = { WEIR_LOG_LEVEL: 'silent' };
const broker = memoryBroker({ clock: systemClock, random });
const addresses: Record<string, string[]> = {};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function start(name: Name, ports: RunningService['ports'] = { http: 0, grpc: 0 }): Promise<RunningService> {
  const resolve = async (destination: { readonly name: string }) => addresses[destination.name] ?? [];
  const shared = { env, broker, host: '127.0.0.1', signals: false, resolve, random };
  return serve(definitions[name], handlers[name], { ...shared, ports });
}

// Standard output is a handle once it is used.
process.stdout.write('');
const first = await held();
const backs = [await start('back'), await start('back')];
const desk = await start('desk');
addresses.back = backs.map(({ ports }) => `127.0.0.1:${ports.grpc}`);
addresses.desk = [`127.0.0.1:${desk.ports.http}`];
const front = await start('front');

let restarts = 0;
/** Stops one of the two and starts it where it was, again and again. */
async function restartUntil(over: () => boolean): Promise<void> {
  for (let turn = 0; !over(); turn++) {
    await pause(RESTART_EVERY);
    const { ports, stop } = backs[turn % 2]!;
    await stop();
    backs[turn % 2] = await start('back', ports);
    restarts += 1;
  }
}

async function soak(ms: number): Promise<Readonly<Record<string, number>>> {
  const load = startLoad(front.ports.http!, CALLERS, random);
  let over = false;
  const restarting = restartUntil(() => over);
  await pause(ms);
  over = true;
  await restarting;
  await load.stop();
  await pause(QUIET);
  return Object.fromEntries(load.answered);
}

await soak(WARM_UP);
const before = await held();
const answered = await soak(Number(seconds) * 1000);
const after = await held();
await front.stop();
await Promise.all([...backs, desk].map(({ stop }) => stop()));
await broker.close();
await pause(200);
const report: Report = { first, before, after, last: await held(), restarts, answered };
console.log(JSON.stringify(report));
