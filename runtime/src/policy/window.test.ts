import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CountWindow, TimeWindow } from './window.ts';

// Long stories: by default arrays stay at about ten elements, whatever their maximum.
fc.configureGlobal({ baseSize: 'large' });

test('windows count what happened lately, as a list of all calls would', () => {
  const step = fc.record({
    wait: fc.double({ min: 0, max: 800, noNaN: true }),
    failed: fc.boolean(),
    slow: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), fc.integer({ min: 1, max: 30 }), (steps, size) => {
      const within = 1000;
      const byTime = new TimeWindow(within);
      const byCount = new CountWindow(size);
      const calls: { at: number; failed: boolean; slow: boolean }[] = [];
      let now = 0;
      for (const { wait, failed, slow } of steps) {
        now += wait;
        calls.push({ at: now, failed, slow });
        byTime.add(now, failed, slow);
        byCount.add(now, failed, slow);
        const last = calls.slice(-size);
        assert.equal(byCount.total, last.length);
        assert.equal(byCount.failed, last.filter((call) => call.failed).length);
        assert.equal(byCount.slow, last.filter((call) => call.slow).length);
        // By time, to a twentieth.
        const since = (ms: number) => calls.filter((call) => call.at > now - ms);
        assert.ok(byTime.total <= since(within).length && byTime.total >= since(within * 0.95).length);
        assert.ok(byTime.failed <= since(within).filter((call) => call.failed).length);
        assert.ok(byTime.failed >= since(within * 0.95).filter((call) => call.failed).length);
      }
    }),
  );
});
