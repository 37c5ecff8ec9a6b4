/** Tells the parent process the port, and answers each question for what has been used so far: CPU in microseconds, memory in bytes. */
export function report(port: number): void {
  process.send?.({ port });
  process.on('message', () => {
    globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system, memory: process.memoryUsage.rss() });
  });
}
