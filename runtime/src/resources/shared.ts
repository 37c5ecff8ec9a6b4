/** Embedded resources of this process: services that name the same one share it, as they would share the real one. */

interface Shared {
  readonly opening: Promise<unknown>;
  users: number;
}

const open = new Map<string, Shared>();

/** The resource under a name, made by the first who asks and closed by the last who leaves. */
export async function share<Resource>(
  name: string,
  make: () => Promise<Resource>,
  close: (resource: Resource) => Promise<void>,
): Promise<{ readonly resource: Resource; leave(): Promise<void> }> {
  const shared = open.get(name) ?? { opening: make(), users: 0 };
  open.set(name, shared);
  shared.users += 1;
  const leave = async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (open.get(name) === shared) open.delete(name);
    await close((await shared.opening) as Resource);
  };
  try {
    return { resource: (await shared.opening) as Resource, leave: once(leave) };
  } catch (error) {
    if (open.get(name) === shared) open.delete(name);
    throw error;
  }
}

function once(leave: () => Promise<void>): () => Promise<void> {
  let left: Promise<void> | undefined;
  return () => {
    left ??= leave();
    return left;
  };
}
