/** Tells the parent process the port, and answers each question for the CPU time used so far, in microseconds. */
export function report(port: number): void {
  process.send?.({ port });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system });
  });
}
