/** What a handler finds in its context beside clients and resources: see the runtime's `CallContext`. */
export const contextWords = [
  'log',
  'signal',
  'remaining',
  'requestId',
  'trace',
  'principal',
  'config',
  'headers',
  'reply',
  'publish',
] as const;
