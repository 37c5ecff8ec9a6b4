/** A source of a generated system. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One service of a generated system, as every form of it writes it down. */
export interface Service {
  readonly number: number;
  /** The services that it calls: the next one, and the fifth after it. The last ones call fewer. */
  readonly callees: readonly number[];
  /** Where it stands in its row of four: the fourth answers by itself and calls only to write. */
  readonly tier: 0 | 1 | 2 | 3;
}

const toFile = 10;

/** The services of a system of any size, file by file. Calls go to higher numbers only, so that no loop arises. */
export function files(services: number): Service[][] {
  return Array.from({ length: Math.ceil(services / toFile) }, (_, file) =>
    Array.from({ length: Math.min(toFile, services - file * toFile) }, (_, i) => service(file * toFile + i, services)),
  );
}

function service(number: number, services: number): Service {
  const callees = [number + 1, number + 5].filter((callee) => callee < services);
  return { number, callees, tier: (number % 4) as Service['tier'] };
}

/** Which operation calls: the reads of a row call each other along it, and the write of its last service begins the next. */
export const caller = ({ number, tier }: Service): string => (tier < 3 ? `Get${number}` : `Put${number}`);
