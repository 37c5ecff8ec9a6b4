/** `setImmediate` of `node:timers/promises`, by a message to oneself: what came before it has its turn. */
export function setImmediate() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
