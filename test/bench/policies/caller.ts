/** Makes calls under the policies that its argument names, and tells its CPU time for each: a process for each, so that none pays for another's heap. */
import { type Call, callers } from './callers.ts';

const name = process.argv[2] as string;
const call = callers[name]?.();
if (call === undefined) throw new Error(`there is no ${name}`);

process.on('message', async (calls: number) => {
  process.send?.(await microseconds(call, calls));
});
process.send?.('ready');

/** Of CPU for one call, all threads of the process together: its garbage is its own. */
async function microseconds(call: Call, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < calls; n++) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}
