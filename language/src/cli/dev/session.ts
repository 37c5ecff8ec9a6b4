import { join, resolve } from 'node:path';
import { configName } from '../../project/config.ts';
import { Interrupted, ProjectError } from '../../project/fault.ts';
import { disk, readIfThere } from '../../project/file-system.ts';
import { findProject, type LoadedProject, type Project } from '../../project/project.ts';
import { type Watching, watchProject } from '../../project/watch.ts';
import type { KnownFiles } from '../../syntax/read.ts';
import { analyze } from '../analyze.ts';
import { emitAndWrite } from '../build.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { printFindings } from '../findings.ts';
import { interruptible } from '../interrupt.ts';
import { countsOf, printConflict, printNote } from '../plan-report.ts';
import { reportError } from '../report.ts';
import type { Terminal } from '../terminal.ts';
import type { Hop, Message } from './messages.ts';
import { type SystemProcess, startSystem } from './system-process.ts';

export interface DevFlags {
  readonly quiet?: true;
}

/**
 * Builds and runs a project until Ctrl-C, again after each change. While the sources have errors the last system that
 * could be built goes on running.
 */
export async function runDev(terminal: Terminal, path: string | undefined, flags: DevFlags): Promise<ExitCode> {
  const project = await findProject(resolve(terminal.cwd, path ?? '.'));
  return interruptible(async (signal) => {
    const session = new Session(terminal, project, flags, signal);
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await session.start();
    await stopped;
    await session.end();
    return exitCode.fine;
  });
}

class Session {
  private readonly terminal: Terminal;
  private readonly project: Project;
  private readonly flags: DevFlags;
  private readonly signal: AbortSignal;
  private readonly watching: Watching;
  private readonly known: KnownFiles = new Map();
  private running: SystemProcess | undefined;
  /** Gateways keep their ports when the system is started anew, so that an open page still works. */
  private gatewayPorts: Record<string, number> = {};
  /** What the last build wrote outside of its own folder; the watcher tells of it too. */
  private written = new Map<string, string>();
  private waiting: string[] | undefined;
  private work: Promise<void> = Promise.resolve();

  constructor(terminal: Terminal, project: Project, flags: DevFlags, signal: AbortSignal) {
    this.terminal = terminal;
    this.project = project;
    this.flags = flags;
    this.signal = signal;
    this.watching = watchProject(project, [project.root], (paths) => this.changed(paths));
  }

  /** Ends when changes are seen: what is told to run before that would miss some. */
  async start(): Promise<void> {
    await this.watching.ready;
    this.changed([]);
  }

  /** Paths that have changed, absolute; none at the start. Changes during a build are taken together after it. */
  private changed(paths: readonly string[]): void {
    if (this.waiting) {
      this.waiting.push(...paths);
      return;
    }
    this.waiting = [...paths];
    this.work = this.work.then(async () => {
      const all = this.waiting ?? [];
      this.waiting = undefined;
      const byPeople: string[] = [];
      for (const path of all) if (!(await this.isOwnWriting(path))) byPeople.push(path);
      if (this.signal.aborted || (all.length > 0 && byPeople.length === 0)) return;
      await this.cycle(byPeople);
    });
  }

  /** Waits for the build that is under way, and lets the system drain. */
  async end(): Promise<void> {
    await this.watching.close();
    await this.work;
    if (!this.running) return;
    this.terminal.err.write('stopping …\n');
    await this.running.stop();
  }

  private async isOwnWriting(path: string): Promise<boolean> {
    const text = this.written.get(path);
    return text !== undefined && (await readIfThere(disk, path))?.toString('utf8') === text;
  }

  private async cycle(paths: readonly string[]): Promise<void> {
    try {
      const built = await this.build();
      const codeChanged = paths.some((path) => !path.endsWith('.svc') && !path.endsWith(configName));
      if (!built && this.running) this.terminal.err.write('What was built before goes on running.\n');
      if (built && (built.changed || codeChanged || !this.running)) await this.restart(built.project);
    } catch (error) {
      if (error instanceof Interrupted) return;
      reportError(error, this.terminal);
    }
    if (!this.signal.aborted && !this.running) this.terminal.err.write('Waiting for a change …\n');
  }

  /** Checks and writes. Nothing when there is something to mend first, which has been told. */
  private async build(): Promise<{ readonly project: LoadedProject; readonly changed: boolean } | undefined> {
    const { terminal } = this;
    const { err } = terminal;
    const analysis = await analyze(terminal, this.project.root, {}, this.known);
    this.watching.add(analysis.project.used);
    const worth = analysis.diagnostics.filter(({ severity }) => severity !== 'hint');
    if (worth.length > 0) printFindings(err, terminal, analysis.project, worth);
    if (worth.some(({ severity }) => severity === 'error')) return undefined;
    const plan = await emitAndWrite(terminal, analysis, {}, this.signal);
    for (const note of plan.notes) printNote(note, err);
    for (const conflict of plan.conflicts) printConflict(conflict, err);
    if (plan.conflicts.length > 0) return undefined;
    const { project } = analysis;
    this.written = new Map(
      plan.changes.flatMap(({ path, text }) => (text === undefined ? [] : [[join(project.root, path), text]])),
    );
    const counts = countsOf(plan, 'did');
    if (counts !== undefined) err.write(`${counts}\n`);
    return { project, changed: plan.changes.some(({ path }) => path.endsWith('.ts')) };
  }

  private async restart({ root, config }: LoadedProject): Promise<void> {
    const file = join(root, config.out, 'system.ts');
    if ((await readIfThere(disk, file)) === undefined) {
      const message = 'there is nothing to run: no service here is for Weir to run, or `emit` leaves out `typescript`';
      throw new ProjectError([{ message, hint: 'A service without an `image` of its own runs here.' }]);
    }
    await this.running?.stop();
    if (this.signal.aborted) return;
    const process = startSystem({
      file,
      root,
      gatewayPorts: this.gatewayPorts,
      onMessage: (message) => this.heard(message),
      onEnd: (code) => {
        if (this.running === process) this.running = undefined;
        this.terminal.err.write(`The system has ended (exit code ${code}). Waiting for a change …\n`);
      },
    });
    this.running = process;
  }

  private heard(message: Message): void {
    const { out, err } = this.terminal;
    switch (message.kind) {
      case 'ready': {
        const { bold, cyan, dim } = out.colors;
        for (const { name, url } of message.gateways) {
          this.gatewayPorts[name] = Number(new URL(url).port);
          out.write(`gateway ${bold(name)}  ${cyan(url)}\n`);
        }
        for (const { name, http, grpc } of message.services) {
          const where = [
            ...(http === undefined ? [] : [cyan(`http://127.0.0.1:${http}`)]),
            ...(grpc === undefined ? [] : [dim(`grpc 127.0.0.1:${grpc}`)]),
          ];
          out.write(`service ${bold(name)}  ${where.join('  ')}\n`);
        }
        err.write('Running; changes are taken up. Ctrl-C stops.\n');
        break;
      }
      case 'hop':
        if (!this.flags.quiet) out.write(this.hopLine(message.hop));
        break;
      case 'failed':
        err.write(`${err.colors.red('error')}: the system could not be started: ${message.message}\n`);
        break;
    }
  }

  /** `public → orders  POST /v1/orders  ok  12.3 ms`. */
  private hopLine({ from, to, operation, attempt, latency, outcome, traceId }: Hop): string {
    const { dim, green, red } = this.terminal.out.colors;
    const again = attempt > 1 ? `  attempt ${attempt}` : '';
    const end = outcome === 'ok' ? green(outcome) : red(outcome);
    return `${dim(traceId.slice(0, 8))} ${from} → ${to}  ${operation}${again}  ${end}  ${latency.toFixed(1)} ms\n`;
  }
}
