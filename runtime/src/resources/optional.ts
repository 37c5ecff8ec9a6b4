/** Loads a client that services install only when they need it. The error says how to, when it is absent. */
export async function optionalPackage<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Error(`the package ${name} is needed for this and is not installed: npm install ${name}`, {
      cause: error,
    });
  }
}
