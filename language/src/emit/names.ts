/** The words of a name: `userId`, `user_id` and `user-id` are all `user` and `id`; `HTTPServer2` is `http`, `server2`. */
export function wordsOf(name: string): string[] {
  if (/^[a-z][a-z0-9]*$/.test(name)) return [name];
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `userId`: TypeScript and JSON. */
export const camelCase = (name: string): string =>
  wordsOf(name)
    .map((word, i) => (i === 0 ? word : capital(word)))
    .join('');

/** `UserId`: types, and names in protobuf. */
export const pascalCase = (name: string): string => wordsOf(name).map(capital).join('');

/** `user_id`: fields in protobuf. */
export const snakeCase = (name: string): string => wordsOf(name).join('_');

/** `USER_ID`: enum values in protobuf, environment variables. */
export const upperSnakeCase = (name: string): string => snakeCase(name).toUpperCase();

/** `user-id`: Kubernetes, folders and files. */
export const kebabCase = (name: string): string => wordsOf(name).join('-');
