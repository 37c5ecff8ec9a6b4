import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Cancellation, isOperationCancelled, ReadPriority } from 'langium';
import { Turns } from './turns.ts';

const never = Cancellation.CancellationToken.None;

/** An answer that takes so many turns. */
const answerIn = async (turns: number): Promise<string> => {
  for (let i = 0; i < turns; i++) await turn();
  return 'an answer';
};

test('work that leaves others their turn goes on when they have been answered', async () => {
  const turns = new Turns(Infinity);
  let answered = 0;
  for (const length of [0, 1, 5, 9]) {
    void turns.read(() => answerIn(length), ReadPriority.Immediate).then(() => answered++);
  }
  await turns.leave(never);
  assert.equal(answered, 4);
});

test('who comes while there is work is answered between two pieces of it', async () => {
  const turns = new Turns(Infinity);
  const order: string[] = [];
  const work = (async () => {
    for (const piece of ['first', 'second', 'third']) {
      order.push(piece);
      await turns.leave(never);
    }
  })();
  await turns.read(() => answerIn(4), ReadPriority.Immediate).then((answer) => order.push(answer));
  await work;
  assert.deepEqual(order, ['first', 'an answer', 'second', 'third']);
});

test('work does not wait for ever, nor for those who wait for it', async () => {
  const turns = new Turns();
  let isRead = false;
  await turns.write(async (cancel) => {
    void turns.read(() => new Promise(() => undefined), ReadPriority.Immediate);
    void turns.read(() => {
      isRead = true;
    });
    await turns.leave(cancel);
    assert.ok(!isRead);
  });
});

test('work ends where that has been asked meanwhile', async () => {
  const source = new Cancellation.CancellationTokenSource();
  const left = new Turns().leave(source.token);
  source.cancel();
  await assert.rejects(left, isOperationCancelled);
});
