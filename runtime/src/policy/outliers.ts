import type { Endpoint } from './endpoint.ts';

/**
 * Passive health checking as Envoy's outlier detection does it, with its defaults ("Outlier detection" in its architecture
 * overview). Times are milliseconds.
 */

/** Failures in a row that eject at once (`consecutive_5xx`; gateway failures and our timeouts are among them). */
const IN_A_ROW = 5;

/** Success rates are compared each so often (`interval`), */
const INTERVAL = 10_000;
/** where so many endpoints (`success_rate_minimum_hosts`) */
const FEWEST_ENDPOINTS = 5;
/** had so many calls each (`success_rate_request_volume`); */
const FEWEST_CALLS = 100;
/** one that lies so many standard deviations below the mean is an outlier (`success_rate_stdev_factor`). */
const DEVIATIONS = 1.9;

/** How long the first ejection lasts; the second twice as long, and so on (`base_ejection_time`), */
const EJECTED_FOR = 30_000;
/** but at most this long (`max_ejection_time`). */
const LONGEST = 300_000;

/** Of the endpoints, so many may be ejected at a time (`max_ejection_percent`), but always one (`always_eject_one_host`). */
const MOST = 0.1;

export type EjectionCause = 'failures' | 'success-rate';

/** Where an endpoint stands with its balancer. Re-admission needs no timer: an ejection is over when its time is. */
export class Standing {
  ejectedUntil = 0;
  /** Failures in a row. */
  failures = 0;
  /** Within the present interval. */
  calls = 0;
  successes = 0;
  /** How often it was ejected, less the intervals it has been well since. */
  #ejections = 0;

  isEjected(now: number): boolean {
    return now < this.ejectedUntil;
  }

  /** Gives how long. */
  eject(now: number): number {
    const wellFor = Math.max(0, now - this.ejectedUntil);
    this.#ejections = Math.max(0, this.#ejections - Math.floor(wellFor / INTERVAL)) + 1;
    const time = Math.min(EJECTED_FOR * this.#ejections, LONGEST);
    this.ejectedUntil = now + time;
    this.failures = 0;
    return time;
  }
}

/** Told for how long an endpoint is passed over, and why. */
export type Ejected = (endpoint: Endpoint, time: number, cause: EjectionCause) => void;

/** Finds the endpoints of one destination that do worse than the others, and ejects them for a while. */
export class Outliers {
  #comparedAt: number | undefined;

  /** A call of `endpoint`, one of `among`, has ended, and said something about its health. */
  judge(endpoint: Endpoint, failed: boolean, among: readonly Endpoint[], now: number, ejected: Ejected): void {
    this.#comparedAt ??= now;
    if (now - this.#comparedAt >= INTERVAL) {
      this.#comparedAt = now;
      compare(among, now, ejected);
    }
    const { standing } = endpoint;
    // What was under way when it was ejected is no news.
    if (standing.isEjected(now)) return;
    standing.calls++;
    if (!failed) {
      standing.successes++;
      standing.failures = 0;
      return;
    }
    standing.failures++;
    if (standing.failures >= IN_A_ROW) tryEject(endpoint, among, now, 'failures', ejected);
  }
}

/** Ejects those whose success rate lies far below that of the others, and begins a new interval. */
function compare(among: readonly Endpoint[], now: number, ejected: Ejected): void {
  const busy = among.filter(({ standing }) => standing.calls >= FEWEST_CALLS && !standing.isEjected(now));
  if (busy.length >= FEWEST_ENDPOINTS) {
    const rates = busy.map(({ standing }) => standing.successes / standing.calls);
    const mean = average(rates);
    const deviation = Math.sqrt(average(rates.map((rate) => (rate - mean) ** 2)));
    busy.forEach((endpoint, at) => {
      if (rates[at]! < mean - DEVIATIONS * deviation) tryEject(endpoint, among, now, 'success-rate', ejected);
    });
  }
  for (const { standing } of among) {
    standing.calls = 0;
    standing.successes = 0;
  }
}

function tryEject(
  endpoint: Endpoint,
  among: readonly Endpoint[],
  now: number,
  cause: EjectionCause,
  ejected: Ejected,
): void {
  const out = among.filter(({ standing }) => standing.isEjected(now)).length;
  if (out + 1 > Math.max(1, MOST * among.length)) return;
  ejected(endpoint, endpoint.standing.eject(now), cause);
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
