import { CALLS } from './request.ts';

/** Milliseconds. */
export interface Asked {
  readonly time: number;
}

export interface Driven {
  readonly calls: number;
  /** Microseconds of CPU, of this process alone. */
  readonly cpu: number;
}

/** Tells the parent process that the client is ready, and calls for as long as it is asked to, each time that it is. */
export function drive(call: () => Promise<unknown>): void {
  process.send?.({ ready: true });
  process.on('message', async ({ time }: Asked) => {
    const before = process.cpuUsage();
    const until = performance.now() + time;
    let calls = 0;
    const one = async () => {
      while (performance.now() < until) {
        await call();
        calls += 1;
      }
    };
    await Promise.all(Array.from({ length: CALLS }, one));
    const { user, system } = process.cpuUsage(before);
    process.send?.({ calls, cpu: user + system } satisfies Driven);
  });
}
