import type { Stamp } from './file-system.ts';

export const isStamp = (stamp: Stamp | 'nothing' | undefined): stamp is Stamp => typeof stamp === 'object';

export const isSame = (a: Stamp, b: Stamp): boolean =>
  a.size === b.size &&
  a.modified === b.modified &&
  a.changed === b.changed &&
  a.inode === b.inode &&
  a.device === b.device;

/**
 * Milliseconds in which a file system may give two changes the same time: a tick of the kernel's clock is at most 16 ms; some
 * file systems (FAT, HFS+) count in one or two seconds, which shows by whole seconds.
 */
const tickOf = ({ changed }: Stamp): number => (changed % 1000 === 0 ? 2000 : 50);

/**
 * Those of stamps taken at one moment that tell of every later change. A file that was changed in the very tick in which its
 * stamp was taken may be changed again without a trace; that time is told by the youngest change on the same device, as
 * the file system's clock need not be ours.
 */
export function settled<K>(stamps: ReadonlyMap<K, Stamp>): ReadonlyMap<K, Stamp> {
  const youngest = new Map<number, number>();
  for (const { device, changed } of stamps.values()) {
    youngest.set(device, Math.max(youngest.get(device) ?? Number.NEGATIVE_INFINITY, changed));
  }
  return new Map([...stamps].filter(([, stamp]) => stamp.changed + tickOf(stamp) < (youngest.get(stamp.device) ?? 0)));
}

/** Those of stamps of files just put in place that nobody else has touched since all were staged. */
export function untouchedSince<K>(staged: number, stamps: ReadonlyMap<K, Stamp>): ReadonlyMap<K, Stamp> {
  return new Map([...settled(stamps)].filter(([, stamp]) => stamp.modified + tickOf(stamp) < staged));
}
