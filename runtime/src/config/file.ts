/** The file of a configuration: JSON, with a section for each service. */

import { readFileSync } from 'node:fs';

/** What stands in a file, or why nothing can be had of it. */
export interface FileContent {
  readonly path: string;
  readonly text?: string;
  /** Ends a sentence: "… cannot be read: ENOENT". */
  readonly problem?: string;
}

/** A service's part of the file. */
export interface Section {
  readonly source: string;
  /** Values of `config`, by their names. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Numbers of policies, by handler or edge. */
  readonly policies: Readonly<Record<string, unknown>>;
}

/** Where numbers of policies stand in a section. No entry of `config` can have this name. */
export const POLICIES = '$policies';

/** Never throws: a file that cannot be read is content with a problem. */
export function readFile(path: string): FileContent {
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { path, problem: `cannot be read: ${(error as Error).message}` };
  }
}

/** The section of a service; undefined when there is none. Adds to `faults` what makes the file unusable. */
export function sectionOf(file: FileContent, service: string, faults: string[]): Section | undefined {
  const refuse = (fault: string) => {
    faults.push(fault);
    return undefined;
  };
  const { path } = file;
  if (file.problem !== undefined) return refuse(`the file ${path} ${file.problem}`);
  const content = jsonIn(file.text ?? '');
  // V8 quotes the text around a syntax error, and a secret may stand there.
  if (content === undefined) return refuse(`the file ${path} is not valid JSON`);
  if (!isObject(content)) return refuse(`the file ${path} must hold an object with a section for each service`);
  if (!Object.hasOwn(content, service)) return undefined;
  const section = content[service];
  if (!isObject(section)) return refuse(`the section ${service} of ${path} must be an object`);
  const { [POLICIES]: policies = {}, ...values } = section;
  if (!isObject(policies)) return refuse(`${POLICIES} in the section ${service} of ${path} must be an object`);
  return { source: path, values, policies };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
