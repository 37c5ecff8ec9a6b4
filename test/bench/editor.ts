import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { Client } from './editor/client.ts';
import { type Subject, subjects } from './editor/subjects.ts';
import { files } from './forms/system.ts';
import { writeSources } from './forms/write.ts';
import { residentBelow } from './measured.ts';
import { describers, installRivals } from './rivals.ts';
import { quantile, row } from './table.ts';

const sizes = [100, 1000, 5000];
/** Of each figure so many are taken, or as many as come in the time, in milliseconds. */
const most = 40;
const time = 30_000;
/** The fingers rest for so long between one edit that was measured and the next, in milliseconds. */
const pause = 300;
/** One hears of all that an edit has done, before the next, in milliseconds: what comes later is not waited for. */
const settled = 100;

/** Milliseconds, each time that it was measured. */
type Times = readonly number[];

/** What is known of a server with a system of one size; nothing where it gave no answer. */
interface Figures {
  opened?: Times | undefined;
  own?: Times | undefined;
  ownBroken?: Times | undefined;
  system?: Times | undefined;
  systemBroken?: Times | undefined;
  completed?: Times | undefined;
  completedTyping?: Times | undefined;
  hovered?: Times | undefined;
  renamed?: Times | undefined;
  memory?: number | undefined;
}

/** A language server as one feels it: Weir's, TypeSpec's and LikeC4's, on the same systems. */
export async function benchEditor(work: string): Promise<void> {
  const all = subjects(installRivals(work, describers));
  for (const services of sizes) {
    const figures: Figures[] = [];
    for (const subject of all) figures.push(await measure(subject, services, work));
    tell(services, all, figures);
  }
}

async function measure(subject: Subject, services: number, work: string): Promise<Figures> {
  const figures: Figures = {};
  for (const brokenElsewhere of [false, true]) {
    const session = prepare(subject, services, brokenElsewhere, work);
    try {
      if (brokenElsewhere) await typeBeside(session, figures);
      else await useAll(session, figures);
    } catch (error) {
      console.error(`${subject.name}, ${services} services: ${error instanceof Error ? error.message : error}`);
    }
    (await session.client)?.stop();
  }
  return figures;
}

interface Session {
  readonly subject: Subject;
  readonly client: Promise<Client>;
  /** The number of the first service of the open file. */
  readonly first: number;
  readonly text: string;
  /** When its server was. */
  readonly started: number;
}

/** Writes a system, in whose first file a name means nothing if that is wished, and starts the server there. */
function prepare(subject: Subject, services: number, brokenElsewhere: boolean, work: string): Session {
  const { name, form, extension, broken, args, language } = subject;
  const root = join(work, `editor-${services}`, name.replaceAll(' ', '-'));
  const sources = form(services).map((source) =>
    brokenElsewhere && source.path === `part0.${extension}` ? { ...source, text: broken(source.text, 0) } : source,
  );
  rmSync(root, { recursive: true, force: true });
  writeSources(sources, root);
  const middle = Math.floor(files(services).length / 2);
  const path = `part${middle}.${extension}`;
  const { text } = sources.find((source) => source.path === path)!;
  const first = files(services)[middle]![0]!.number;
  const started = performance.now();
  return { subject, started, client: Client.start(args, root, path, language), first, text };
}

async function useAll(session: Session, figures: Figures): Promise<void> {
  const { subject, first, text, started } = session;
  const client = await session.client;
  const broken = subject.broken(text, first);
  const told = client.published((found) => found.length > 0);
  await client.open(broken);
  await told;
  figures.opened = [performance.now() - started];
  await rest(pause);
  await client.type(text);
  await rest(pause);
  // The first answer of each kind compiles what the others run; who types has had it long ago.
  const ask = async (method: string, mark: string, more?: object): Promise<Times | undefined> => {
    if (isNothing(await client.ask(method, mark, more))) return undefined;
    return repeated(() => timed(() => client.ask(method, mark, more)));
  };
  figures.own = await keyStrokes(client, text, broken);
  figures.system = await misfits(session, client);
  figures.completed = await ask('textDocument/completion', subject.completed);
  figures.hovered = await ask('textDocument/hover', subject.hovered);
  figures.completedTyping = await repeated(async (i) => {
    await rest(pause);
    await client.type(`${text}${i % 2 === 0 ? ' ' : ''}`);
    return timed(() => client.ask('textDocument/completion', subject.completed));
  });
  figures.renamed = await ask('textDocument/rename', subject.renamed(first), { newName: 'another' });
  figures.memory = residentBelow(client.server.pid);
}

async function typeBeside(session: Session, figures: Figures): Promise<void> {
  const { subject, first, text } = session;
  const client = await session.client;
  const broken = subject.broken(text, first);
  const told = client.published((found) => found.length > 0);
  await client.open(broken);
  await told;
  await client.type(text);
  await rest(pause);
  figures.ownBroken = await keyStrokes(client, text, broken);
  figures.systemBroken = await misfits(session, client);
}

/** From a key stroke that breaks or mends a name to when that is told. */
async function keyStrokes(client: Client, text: string, broken: string): Promise<Times> {
  return repeated(async (i) => {
    const breaks = i % 2 === 0;
    await rest(pause);
    return timed(async () => {
      const told = client.published((found) => (breaks ? found.length > 0 : found.length === 0));
      await client.type(breaks ? broken : text);
      await told;
    });
  });
}

/** From a key stroke that makes two services misfit to when that is told. */
async function misfits({ subject: { misfit }, text, first }: Session, client: Client): Promise<Times | undefined> {
  if (!misfit) return undefined;
  return repeated(async () => {
    const mended = client.published((found) => found.every(({ code }) => code !== misfit.rule));
    await client.type(text);
    await mended;
    await rest(pause + settled);
    return timed(async () => {
      const told = client.published((found) => found.some(({ code }) => code === misfit.rule));
      await client.type(misfit.edit(text, first));
      await told;
    });
  });
}

/** No answer, no item or no edit. */
function isNothing(answer: unknown): boolean {
  if (answer === null || typeof answer !== 'object') return true;
  const { items, changes, documentChanges } = answer as Record<string, object | undefined>;
  return [items, changes, documentChanges].some((part) => part && Object.keys(part).length === 0);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function repeated(once: (i: number) => Promise<number>): Promise<Times> {
  const times: number[] = [];
  const from = performance.now();
  while (times.length < most && (times.length < 4 || performance.now() - from < time))
    times.push(await once(times.length));
  return times;
}

const rows: readonly (readonly [title: string, of: keyof Figures])[] = [
  ['start to first diagnostics', 'opened'],
  ['key stroke to own diagnostics', 'own'],
  ['  a name broken elsewhere', 'ownBroken'],
  ['key stroke to topology findings', 'system'],
  ['  a name broken elsewhere', 'systemBroken'],
  ['completion', 'completed'],
  ['  straight after a key stroke', 'completedTyping'],
  ['hover', 'hovered'],
  ['rename', 'renamed'],
];

function tell(services: number, all: readonly Subject[], figures: readonly Figures[]): void {
  console.log(`\nLanguage servers, ${services} services: ms p50 / p95, and the p50 of Weir's`);
  row('', ...all.flatMap(({ name }, i) => (i === 0 ? [name] : [name, 'of Weir'])));
  const own = figures[0]!;
  for (const [title, key] of rows) {
    const columns = figures.flatMap((figure, i) => {
      const times = figure[key] as Times | undefined;
      const beside = own[key] as Times | undefined;
      const shown = times ? `${at(times, 0.5)} / ${at(times, 0.95)}` : '–';
      const ratio = times && beside ? `×${(quantile(times, 0.5) / quantile(beside, 0.5)).toFixed(1)}` : '–';
      return i === 0 ? [shown] : [shown, ratio];
    });
    row(title, ...columns);
  }
  const memory = figures.flatMap((figure, i) => {
    const shown = figure.memory === undefined ? '–' : `${figure.memory.toFixed(0)} MB`;
    const ratio = figure.memory && own.memory ? `×${(figure.memory / own.memory).toFixed(1)}` : '–';
    return i === 0 ? [shown] : [shown, ratio];
  });
  row('memory', ...memory);
}

function at(times: Times, part: number): string {
  const value = quantile(times, part);
  return value.toFixed(value < 10 ? 1 : 0);
}
