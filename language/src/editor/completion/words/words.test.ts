import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AstUtils, GrammarAST } from 'langium';
import { createWeirServices } from '../../../syntax/services.ts';
import { ruleOf } from '../spot.ts';
import { describedWords } from './words.ts';

/** Words that belong to what begins before them, and are proposed with it. */
const within = ['OneOfConstraint:of', 'LimitKey:ip', 'Slow:over', 'Publishes:outbox'];

test('every keyword of the grammar is described, and nothing else is', () => {
  const { Grammar } = createWeirServices().weir;
  const keywords = AstUtils.streamAllContents(Grammar)
    .filter(GrammarAST.isKeyword)
    .filter(({ value }) => /^[a-z]/.test(value))
    .map((keyword) => `${ruleOf(keyword)}:${keyword.value}`)
    .toArray()
    .filter((name) => !name.startsWith('ScalarName:') && !within.includes(name));
  assert.deepEqual([...new Set(keywords)].sort(), [...describedWords].sort());
});
