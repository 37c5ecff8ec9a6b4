/** May an emitter write there? Relative, with `/`, below the root, and not in a folder that is hidden or not ours. */
export function isOutputPath(path: string): boolean {
  const parts = path.split('/');
  const hidden = parts.slice(0, -1).some((part) => part.startsWith('.') && part !== '.github');
  return !path.includes('\\') && !path.startsWith('/') && !hidden && !parts.includes('') && !parts.includes('..');
}
