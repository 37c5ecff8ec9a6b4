/** A relative path as a URI reference (RFC 3986): what would mean something else there is escaped. */
export function uriOf(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
}
