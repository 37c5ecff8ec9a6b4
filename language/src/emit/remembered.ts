type OfService = { readonly id: string };

/** What is known from the last build of the services for which nothing has changed. */
export interface Remembered {
  /** Nothing has changed in the surroundings of a service: what would be marked as `of` it need not be made again. */
  readonly isCurrent: (service: OfService) => boolean;
  /** Something of a service, under a name of its own, that follows from its surroundings alone: small, and plain as JSON. */
  readonly fact: <T>(service: OfService, name: string, make: () => T) => T;
}

export const nothingRemembered: Remembered = { isCurrent: () => false, fact: (_, __, make) => make() };
