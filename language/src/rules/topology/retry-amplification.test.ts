import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, diagnosticsOf } from '../check-fixture.ts';

/** `a` calls `b` calls `c` …, each with the policy of its place. */
function chain(...policies: readonly string[]): string {
  const names = 'abcdefghij';
  const services = policies.map((policy, i) => {
    const [own, next] = [names[i], names[i + 1]];
    const call = i === 0 && policy.startsWith('[|') ? `[|${next}.X|]` : `${next}.X`;
    return `service ${own} { uses ${next} with { ${policy.replace('[|', '')} }  rpc X() { calls ${call} } }`;
  });
  return `${services.join('\n')}\nservice ${names[policies.length]} { rpc X() }`;
}

const three = 'retry { attempts 3 }';
const two = 'retry { attempts 2 }';

test('retry-amplification: the example of the design', async () => {
  await check(
    'retry-amplification',
    `service orders { uses payments with { retry { attempts 3 } }  rpc PlaceOrder() { calls [|payments.Pay|] } }
     service payments { uses billing with { retry { attempts 3 } }  rpc Pay() { calls billing.Bill } }
     service billing { uses ledger with { retry { attempts 2 } }  rpc Bill() { calls ledger.Post } }
     service ledger { rpc Post() }`,
    {
      message:
        /^one request to `orders.PlaceOrder` can become 18 calls of `ledger.Post` \(orders → payments ×3, payments → billing ×3, billing → ledger ×2\); the limit is 10$/,
      hint: /^Retry at one layer only: remove `retry` from the two inner calls, or set attempts so that the product is at most 10\.$/,
      related: ['billing.Bill', 'ledger.Post'],
    },
  );
});

test('retry-amplification: exactly at the limit, and with another limit', async () => {
  await check('retry-amplification', chain('retry { attempts 5 }', two));
  await check('retry-amplification', chain(`[|${three}`, 'retry { attempts 4 }'), { message: /12 calls of `c.X`/ });
  const options = { rules: { 'retry-amplification': ['error', { max: 12 }] } } as const;
  await check('retry-amplification', chain(three, 'retry { attempts 4 }'), { options });
  await check('retry-amplification', chain(`[|${three}`, 'retry { attempts 5 }'), {
    options,
    message: /the limit is 12$/,
  });
});

test('retry-amplification: `* n` multiplies as attempts do, optional calls and parallel ones too', async () => {
  await check('retry-amplification', 'service a { uses b  rpc X() { calls [|b.X|] * 11 } }  service b { rpc X() }', {
    message: /11 calls of `b.X` \(a → b ×11\); the limit is 10$/,
    hint: /^Ask for several things in one call, so that the product is at most 10\.$/,
  });
  await check(
    'retry-amplification',
    `service a { uses b, c  rpc X() { calls c.X & [|b.X|] * 4? with { ${three} } } }  service b { rpc X() }  service c { rpc X() }`,
    { message: /\(a → b ×3 ×4\)/, hint: /^Ask for several things in one call, or for fewer attempts,/ },
  );
  await check('retry-amplification', chain(three, 'retry none', three));
});

test('retry-amplification: hops that do not multiply are left off at the ends and shown between', async () => {
  await check(
    'retry-amplification',
    `service a { uses b  rpc X() { calls b.X } }
     service b { uses c with { ${three} }  rpc X() { calls [|c.X|] } }
     service c { uses d  rpc X() { calls d.X } }
     service d { uses e  rpc X() { calls e.X * 4 } }
     service e { uses f  rpc X() { calls f.X } }
     service f { rpc X() }`,
    { message: /`b.X` can become 12 calls of `e.X` \(b → c ×3, c → d, d → e ×4\)/, related: ['d.X', 'e.X'] },
  );
});

test('retry-amplification: many callers of one hot path are one cause, told of the worst', async () => {
  await check(
    'retry-amplification',
    `service a { uses c with { ${three} }  rpc X() { calls c.X } }
     service b { uses c with { retry { attempts 4 } }  rpc X() { calls [|c.X|] } }
     service c { uses d with { retry { attempts 5 } }  rpc X() { calls d.X } }
     service d { rpc X() }`,
    { message: /20 calls of `d.X`/ },
  );
  await check(
    'retry-amplification',
    `service a { uses b with { ${three} }  rpc X() { calls [|b.X|] } }
     service b { uses c, d with { retry { attempts 4 } }  rpc X() { calls c.X, d.X } }
     service c { rpc X() }  service d { rpc X() }`,
    { message: /12 calls of `c.X` .*; so it is with 1 more path that begins here$/ },
  );
});

test('retry-amplification: from an event, and from the `defaults` of the system', async () => {
  await check(
    'retry-amplification',
    `event E { }  service a { uses b  on E { calls [|b.X|] } }  service b { uses c  rpc X() { calls c.X } }  service c { uses d  rpc X() { calls d.X } }
     service d { rpc X() }  system s { defaults { retry { } } }`,
    { message: /^one event for `a.OnE` can become 27 calls of `d.X`/ },
  );
});

test('retry-amplification: loops are for call-cycle, what they lead to is not', async () => {
  await check('retry-amplification', `service a { uses a  rpc X() { calls a.X with { ${three} } } }`);
  await check(
    'retry-amplification',
    `service a { uses b with { ${three} }  rpc X() { calls b.X } }  service b { uses a with { retry { attempts 9 } }  rpc X() { calls a.X } }`,
  );
  await check(
    'retry-amplification',
    `service a { uses b  rpc X() { calls [|b.X|] * 4 } }  service b { uses b, c  rpc X() { calls b.X * 5, c.X * 3 } }  service c { rpc X() }`,
    { message: /12 calls of `c.X` \(a → b ×4, b → c ×3\)/ },
  );
  await check(
    'retry-amplification',
    `service a { uses b  rpc X() { calls b.Nothing * 20, nobody.X * 20 } }  service b { }`,
  );
});

test('retry-amplification: mended where one layer is enough', async () => {
  await check(
    'retry-amplification',
    `service a { uses b with { ${three} }  rpc X() { calls [|b.X|] } }
service b { uses c with { retry { attempts 4 } }  rpc X() { calls c.X } }
service c { rpc X() }`,
    {
      fixed: `service a { uses b with { ${three} }  rpc X() { calls b.X } }
service b { uses c with { retry { attempts 4 } }  rpc X() { calls c.X with { retry none } } }
service c { rpc X() }`,
    },
  );
  const none = async (text: string): Promise<void> => {
    const found = await diagnosticsOf([{ path: 'main.svc', text }]);
    assert.deepEqual(
      found.filter(({ rule }) => rule === 'retry-amplification').map(({ fixes }) => fixes.length),
      [0],
    );
  };
  await none(chain('retry { attempts 11 }', two));
  await none(chain('retry { attempts 11 }'));
  // The same operation twice: one client, one policy.
  await none(`service a { uses b with { ${three} }  rpc X() { calls b.X } }
    service b { uses c with { retry { attempts 4 } }  rpc X() { calls c.X, c.X } }  service c { rpc X() }`);
});

test('retry-amplification: allowed at the first call, at its `uses`, and at what suffers', async () => {
  const text = (call = '', uses = '', callee = ''): string =>
    `service a {\n  ${uses}uses b with { ${three} }\n  rpc X() { calls ${call}b.X }\n}
service b { uses c with { retry { attempts 4 } }  rpc X() { calls c.X } }\n${callee}service c { rpc X() }`;
  const allow = '@allow(retry-amplification, "c is cheap") ';
  for (const source of [text(allow), text('', allow), text('', '', allow)]) {
    await check('retry-amplification', source);
    await check('unused-allow', source);
  }
});
