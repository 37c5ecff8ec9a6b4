import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HoverRequest, type MarkupContent } from 'vscode-languageserver-protocol/node';
import { scratch } from '../../project/scratch-fixture.ts';
import { Editor } from '../client-fixture.ts';

const text = `package shop
/// What all calls have.
policy standard { timeout 800ms  deadline 2s  retry { attempts 3  backoff 25ms..400ms }  breaker { failures 50% } }
policy strict extends standard { breaker none }
service orders {
  http 80
  uses payments with strict
  uses pricing with { cache { ttl 1s } }
  @allow(call-cycle, "none, in truth")
  rpc Place() { calls payments.Charge with { timeout 700ms }, pricing.Quote? }
  on Paid as MarkPaid { calls pricing.Quote }
}
service carts { http 81  uses orders with { retry { attempts 2 } }  rpc Buy() { calls orders.Place * 2 } }
service payments {
  grpc 90
  bulkhead { concurrent 8 }
  rpc Charge() { deadline 1s }
}
service pricing { grpc 91  rpc Quote() { reads } }
event Paid on bus { id: uuid = 1 }
resource bus nats
system s { defaults { timeout 1s  balance p2c } }
`;

async function hovers(t: TestContext): Promise<(marked: string) => Promise<string>> {
  const { root } = await scratch(t, { 'shop.svc': text, 'weir.json': '{}' });
  const editor = await Editor.start(t, root);
  await editor.open('shop.svc', text);
  return async (marked) => {
    const hover = await editor.connection.sendRequest(HoverRequest.type, editor.at('shop.svc', text, marked));
    return (hover?.contents as MarkupContent | undefined)?.value.replaceAll(editor.uri(''), '') ?? '';
  };
}

test('on a call: its policy part by part with where each comes from, the worst case and the amplification', async (t) => {
  const hover = await hovers(t);
  const shown = await hover('calls payments.Char|ge');
  assert.match(shown, /^```weir\nrpc Charge\(\)\n```/);
  assert.match(shown, /^\| \*\*orders\.Place → payments\.Charge\*\* \| \|$/m);
  assert.match(shown, /^\| `timeout 700ms` \| calls, \[shop\.svc:10\]\(\S+shop\.svc#L10\) \|$/m);
  assert.match(shown, /^\| `deadline 2s` \| uses, policy standard, \[shop\.svc:3\]/m);
  assert.match(shown, /^\| `balance p2c` \| defaults, /m);
  assert.match(shown, /^\| `breaker none`, takes away `breaker \{ failures 50% .*\}` \| uses, policy strict, /m);
  assert.match(shown, /^\| `bulkhead \{ concurrent 8 {2}queue 0 \}` \| service, /m);
  assert.match(shown, /\*\*Attempts\*\* up to 3/);
  assert.match(shown, /\*\*Worst case\*\* 3 × 700ms \+ 75ms of backoff = 2175ms, cut at the deadline of 2s/);
  assert.match(shown, /\*\*Amplification\*\* 4 × 3 = 12 on the worst path over this edge/);
  assert.match(shown, /^- `retry-non-idempotent`: /m);
});

test('on a dependency: the policy of calls that say nothing of their own', async (t) => {
  const hover = await hovers(t);
  const shown = await hover('uses pri|cing');
  assert.match(shown, /^\| Policy of calls from `orders` to `pricing` \| \|$/m);
  assert.match(shown, /^\| `timeout 1s` \| defaults, /m);
  assert.match(shown, /^\| `cache \{ ttl 1s \}` \| uses, /m);
});

test('on an operation: who calls it, and its longest path; on a handler its path', async (t) => {
  const hover = await hovers(t);
  const place = await hover('rpc Pl|ace');
  assert.match(place, /\*\*Called by 1\*\*\n- `carts\.Buy` \[shop\.svc:13\]/);
  assert.match(place, /\*\*Worst path\*\* 3s {2}\n`payments\.Charge` 2s, then `pricing\.Quote` 1s$/);
  assert.match(
    await hover('rpc B|uy'),
    /Called by nothing in this project\.\n\n\*\*Worst path\*\* 4050ms {2}\n`orders\.Place` 2 × 2025ms$/,
  );
  const handler = await hover('as Mark|Paid');
  assert.match(handler, /\*\*Worst path\*\* 1s/);
  assert.doesNotMatch(handler, /Called by/);
});

test('on an event: who publishes it, and who handles it', async (t) => {
  const hover = await hovers(t);
  const shown = await hover('event Pa|id');
  assert.match(
    shown,
    /Published by nothing in this project\.\n\n\*\*Handled by 1\*\*\n- `orders\.MarkPaid` \[shop\.svc:11\]/,
  );
  assert.equal(await hover('on Pa|id as'), shown);
});

test('on a policy: what it is with all that it extends', async (t) => {
  const hover = await hovers(t);
  const shown = await hover('with str|ict');
  assert.match(shown, /^\| With what it extends, `strict` is \| \|$/m);
  assert.match(shown, /^\| `timeout 800ms` \|/m);
  assert.doesNotMatch(shown, /^\| `breaker/m);
  assert.match(await hover('policy stan|dard'), /What all calls have\.$/);
});

test('on the name of a rule: the beginning of its page', async (t) => {
  const hover = await hovers(t);
  const shown = await hover('@allow(call-cy|cle');
  assert.match(shown, /^#### call-cycle\n/);
  assert.match(shown, /#### Why it hurts/);
  assert.doesNotMatch(shown, /```svc/);
  assert.match(shown, /\[The whole page\]\(file:.*\/call-cycle\.md\)$/);
});

test('on a keyword: what it means where it stands', async (t) => {
  const hover = await hovers(t);
  assert.equal(await hover('{ time|out 800ms'), 'How long one attempt may take.');
  assert.match(await hover('ser|vice orders'), /^A service: /);
  assert.equal(await hover('800|ms'), '');
});
