import { policyWords } from './policies.ts';
import { serviceWords } from './services.ts';
import { systemWords } from './system.ts';
import { typeWords } from './types.ts';
import type { Word, Words } from './word.ts';

const words: Words = { ...typeWords, ...policyWords, ...serviceWords, ...systemWords };

/** What a keyword of a rule of the grammar means, and how it goes on. */
export function wordOf(rule: string | undefined, keyword: string): Word | undefined {
  return rule === undefined ? undefined : words[`${rule}:${keyword}`];
}

/** All keywords that something is said of, with their rules. */
export const describedWords: readonly string[] = Object.keys(words);
