import { test } from 'node:test';
import { check } from '../check-fixture.ts';

/** `a` calls `b`, which calls `c`. */
const chain = (timeout: string, inner: string, own = ''): string =>
  `service a { uses b with { ${timeout} }  rpc X() { calls b.X } }
service b { uses c with { ${inner} }  rpc X() { ${own} calls c.X } }
service c { rpc X() }`;
const marked = (source: string): string => source.replace('calls b.X', 'calls [|b.X|]');

test('deadline-inversion: the caller gives up before the callee is done', async () => {
  await check(
    'deadline-inversion',
    marked(chain('timeout 800ms', 'timeout 500ms  retry { attempts 3  backoff 25ms..400ms }')),
    {
      message:
        /^`a.X` waits 800ms for an answer of `b.X`, which may be busy with its own calls for 1575ms \(c.X 3 × 500ms \+ 75ms\): 775ms longer$/,
      hint: /^Let `b.X` take less, by its own calls or by a `deadline` of at most 800ms, or wait at least 1575ms\.$/,
      related: ['timeout 800ms', 'c.X'],
    },
  );
});

test('deadline-inversion: exactly as long, ended by a deadline, or without an own timeout', async () => {
  await check('deadline-inversion', chain('timeout 1s', 'timeout 1s'));
  await check('deadline-inversion', marked(chain('timeout 999ms', 'timeout 1s')));
  await check('deadline-inversion', chain('timeout 1s', 'timeout 1s deadline 1s  retry { attempts 3 }'));
  await check('deadline-inversion', chain('timeout 1s', 'timeout 2s', 'deadline 1s'));
  await check('deadline-inversion', marked(chain('timeout 1s', 'timeout 2s', 'deadline 1500ms')), {
    message: /until its `deadline` of 1500ms \(c.X 2s\): 500ms longer$/,
  });
  await check('deadline-inversion', chain('deadline 1s', 'timeout 2s'));
  await check(
    'deadline-inversion',
    'service a { uses b with { timeout 1ms }  rpc X() { calls b.X } } service b { rpc X() }',
  );
});

test('deadline-inversion: what may take for ever is for missing-timeout, until a deadline ends it', async () => {
  await check('deadline-inversion', chain('timeout 1s', ''));
  await check('deadline-inversion', marked(chain('timeout 1s', '', 'deadline 3s')), {
    message: /until its `deadline` of 3s \(c.X for ever\): 2s longer$/,
  });
});

test('deadline-inversion: groups one after the other, of each the longest, so often as it is called', async () => {
  await check(
    'deadline-inversion',
    `service a { uses b with { timeout 1s }  rpc X() { calls [|b.X|] } }
service b { uses c, d  rpc X() { calls c.X & d.X with { timeout 200ms }, d.X * 2?, c.X with { retry { attempts 2  backoff 10ms } } * 1 } }
service c { rpc X() }  service d { rpc X() }
system s { defaults { timeout 400ms } }`.replace(
      ' with { retry { attempts 2  backoff 10ms } } * 1',
      ' * 3 with { retry { attempts 2  backoff 10ms } }',
    ),
    { message: /for 3630ms \(c.X 400ms \+ d.X 2 × 400ms \+ c.X 3 × \(2 × 400ms \+ 10ms\)\)/ },
  );
});

test('deadline-inversion: one line, one callee, one finding', async () => {
  await check(
    'deadline-inversion',
    `policy p { timeout 500ms }
service a { uses b with p  rpc X() { calls [|b.X|] }  rpc Y() { calls b.X } }
service z { uses b with p  on E { calls b.X } }  event E { }
service d { uses b with { timeout 600ms }  rpc X() { calls [|b.X|] } }
service b { uses c with { timeout 1s }  rpc X() { calls c.X } }
service c { rpc X() }`,
    { message: [/; so it is with 2 more calls$/, /: 400ms longer$/] },
  );
});

test('deadline-inversion: loops, and calls of nobody', async () => {
  await check('deadline-inversion', 'service a { uses a with { timeout 1s }  rpc X() { calls a.X } }');
  await check(
    'deadline-inversion',
    'service a { uses a with { timeout 1s  retry { attempts 2 } }  rpc X() { calls [|a.X|] } }',
  );
  await check(
    'deadline-inversion',
    'service a { uses b with { timeout 1s }  rpc X() { calls b.X } } service b { rpc X() { calls nobody.X with { timeout 9s } } }',
  );
});

test('deadline-inversion: allowed at the call, at its `uses`, at the policy, and at the callee', async () => {
  const allow = '@allow(deadline-inversion, "b is done at once") ';
  const source = (call = '', uses = '', policy = '', callee = ''): string => `${policy}policy p { timeout 500ms }
service a {
  ${uses}uses b with p
  rpc X() { calls ${call}b.X }
}
service b { uses c with { timeout 1s }  ${callee}rpc X() { calls c.X } }
service c { rpc X() }`;
  for (const text of [source(allow), source('', allow), source('', '', allow), source('', '', '', allow)]) {
    await check('deadline-inversion', text);
    await check('unused-allow', text);
  }
});
