import type { Process } from '../process.ts';

/** Beyond what timers are late: rounding, and what happens in the same instant. Milliseconds. */
export const MOMENT = 0.01;

/**
 * Calls `bark` once the process has had every chance to act on an instant of its clock: its timers are late by as much as
 * they may be, and it can do nothing while it is frozen. Gives what calls the dog off.
 */
export function watchdog(process: Process, scheduler: { now(): number }, due: number, bark: () => void): () => void {
  const patience = process.timing.late + MOMENT;
  let callOff: () => void;
  const look = () => {
    // When it wakes up, or its clock has jumped, what was due in between is due now.
    if (scheduler.now() - process.disturbedAt < patience) callOff = process.alarm(patience, look);
    else bark();
  };
  const wait = () => {
    callOff = process.alarm(patience, look);
  };
  callOff = process.alarm(Math.max(0, due - process.clock.now()), wait);
  return () => callOff();
}
