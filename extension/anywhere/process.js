/** What the server asks of its process; for a worker, which has none and where paths are absolute. */
export const process = globalThis.process ?? { cwd: () => '/', env: {}, platform: 'browser' };
