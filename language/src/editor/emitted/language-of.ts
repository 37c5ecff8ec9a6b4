const languages: Readonly<Record<string, string>> = {
  ts: 'typescript',
  js: 'javascript',
  proto: 'proto',
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  md: 'markdown',
  graphql: 'graphql',
  html: 'html',
  svg: 'xml',
  xml: 'xml',
  toml: 'toml',
  sql: 'sql',
  sh: 'shellscript',
};

/** The language of a file as editors call it, by how its name ends. */
export function languageOf(path: string): string {
  return languages[path.slice(path.lastIndexOf('.') + 1)] ?? 'plaintext';
}
