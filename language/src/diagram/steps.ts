/** Work that may be interrupted: it yields where others can have a turn, and in the end gives what has come of it. */
export type Steps<T> = Generator<void, T>;

/** Does the work for each of these, with a step behind each. */
export function* forEach<T, R>(all: Iterable<T>, work: (one: T) => R): Steps<R[]> {
  const done: R[] = [];
  for (const one of all) {
    done.push(work(one));
    yield;
  }
  return done;
}

/** Does all of it without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
