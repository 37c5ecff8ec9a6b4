import { join } from 'node:path';
import { Linker } from '../../model/link.ts';
import { RecordsInMemory } from '../../project/build-record.ts';
import { configName } from '../../project/config.ts';
import { Interrupted, ProjectError } from '../../project/fault.ts';
import { disk, readIfThere } from '../../project/file-system.ts';
import type { LoadedProject } from '../../project/project.ts';
import { sourcesAndCode } from '../../project/watch.ts';
import { analyze } from '../analyze.ts';
import { emitAndWrite, recordFor, recordsOnDisk } from '../build/run.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { printFindings } from '../findings.ts';
import { interruptible } from '../interrupt.ts';
import { countsOf, printConflict, printNote } from '../plan-report.ts';
import { reportError } from '../report.ts';
import type { Terminal } from '../terminal.ts';
import { onEachChange, type Watched, type Work } from '../watch/on-each-change.ts';
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
  const records = new RecordsInMemory(await recordsOnDisk(terminal));
  await interruptible(async (signal) => {
    const session = new Session(terminal, path, flags, signal, records);
    await onEachChange(terminal, path, signal, ({ config }) => session.work(config.out));
    await session.end();
  });
  return exitCode.fine;
}

class Session {
  private readonly terminal: Terminal;
  private readonly path: string | undefined;
  private readonly flags: DevFlags;
  private readonly signal: AbortSignal;
  private readonly records: RecordsInMemory;
  private readonly known = { linker: new Linker() };
  private running: SystemProcess | undefined;
  /** Gateways keep their ports when the system is started anew, so that an open page still works. */
  private gatewayPorts: Record<string, number> = {};
  /** What the last build wrote outside of its own folder; the watcher tells of it too. */
  private written = new Map<string, string>();
  private watched: Watched = {};

  constructor(
    terminal: Terminal,
    path: string | undefined,
    flags: DevFlags,
    signal: AbortSignal,
    records: RecordsInMemory,
  ) {
    this.terminal = terminal;
    this.path = path;
    this.flags = flags;
    this.signal = signal;
    this.records = records;
  }

  work(out: string): Work {
    return {
      files: sourcesAndCode,
      except: out,
      isFor: async (path) => !(await this.isOwnWriting(path)),
      run: async (changed) => {
        await this.cycle(changed);
        await this.records.save();
        return this.watched;
      },
    };
  }

  /** Lets the system drain. */
  async end(): Promise<void> {
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
    const analysis = await analyze(terminal, this.path, {}, this.known);
    const { project } = analysis;
    this.watched = { folders: project.used };
    const worth = analysis.diagnostics.filter(({ severity }) => severity !== 'hint');
    if (worth.length > 0) printFindings(err, terminal, project, worth);
    if (worth.some(({ severity }) => severity === 'error')) return undefined;
    const record = await recordFor(this.records, project, {});
    const plan = await emitAndWrite(terminal, analysis, {}, this.signal, record);
    for (const note of plan.notes) printNote(note, err);
    for (const conflict of plan.conflicts) printConflict(conflict, err);
    if (plan.conflicts.length > 0) {
      this.written = new Map();
      this.watched = { folders: project.used, files: plan.conflicts.map(({ path }) => join(project.root, path)) };
      return undefined;
    }
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
