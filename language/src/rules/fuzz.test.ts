import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Model } from '../model/model.ts';
import { readModel } from '../syntax/read.ts';
import { check, describeRules, ruleNames } from './index.ts';

/** The examples of all pages: each rule has something to look at here. */
const texts = describeRules().flatMap(({ docs }) => {
  const page = readFileSync(new URL(`../../${docs}`, import.meta.url), 'utf8');
  return [...page.matchAll(/^```svc.*\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string);
});

const everything = `
package all
import other
import none.{Such}
policy p extends q { timeout 1s retry { } limit { rate 1/s } fallback b.Y }
policy q extends p { deadline 500ms }
type T = U type U = T type S = string where matches "[" and length 3..1
enum E { a = 1, A = 1 } enum E { reserved 1 }
message M { m: M = 1 t: T = 2 oneof o { x: E = 3 } l: map<string, Nothing[]> = 19000 reserved 1..5, "m" }
error X 200 grpc not-found { m: M = 1 }
event V on bus key m { m: M = 1 }
@allow(missing-timeout, "because") @allow(none, "such")
service a {
  http 1 grpc 1 uses b, c, bus, a with p { timeout 3s } limit none
  config { log: int32 default "x" where 1..2  Log: secret }
  rpc X(id: uuid = 1, m: M = 2) -> stream M throws X, Y { route GET /a/{id}/{m*}/{z} route GET /a/{q}/{r*}/{s} reads publishes V calls b.Y & a.X * 3, c.Z ? with { retry { attempts 4 } } }
  rpc x(stream M) { route POST /x auth u calls b.Y }
  on V { calls a.X, nobody.Z publishes V, W }
}
service b { rpc Y(M) { route DELETE /y calls a.X, a.x } }
external c { url "https://c" rpc Z() { idempotent } }
resource bus nats { owner a } auth u key
gateway g { host "x", "X" serves a, b.Y, c, d apply p } gateway G { serves a }
context k { services [a, b] } relation k -> k partnership
system s { defaults { timeout none } environment e { a { replicas 1 } } }
`;

test('whatever is done to a text, the rules take it', async () => {
  const sources = [...texts, everything];
  const edits = fc.array(
    fc.tuple(
      fc.nat(),
      fc.nat(12),
      fc.oneof(
        fc.constantFrom('{', '}', '"', '@', '.', '..', ' ', 'calls ', '\n', '=', '-1', '[', '?'),
        fc.string({ maxLength: 3 }),
      ),
    ),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(sources.length - 1), edits, async (which, changes) => {
      let text = sources[which] as string;
      for (const [where, length, put] of changes) {
        const at = where % (text.length + 1);
        text = text.slice(0, at) + put + text.slice(at + length);
      }
      check(
        await readModel([
          { path: 'main.svc', text },
          { path: 'other.svc', text: 'package other message M { }' },
        ]),
      );
    }),
    { numRuns: 300 },
  );
});

test('whatever is missing from a model, the rules take it', async () => {
  const whole = JSON.stringify(
    await readModel([{ path: 'main.svc', text: everything }, ...texts.map((text, i) => ({ path: `${i}.svc`, text }))]),
  );
  assert.ok(check(JSON.parse(whole)).length > 50);
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), (choices) => {
      const model = JSON.parse(whole) as Model;
      for (const choice of choices) leaveOut(model, choice);
      for (const { at, message } of check(model)) {
        assert.ok(at.start.line >= 1 && at.start.column >= 1);
        assert.doesNotMatch(message, /undefined|NaN|\[object/);
      }
    }),
    { numRuns: 300 },
  );
});

test('chains and knots of any size end', async () => {
  const size = 2000;
  const services = Array.from(
    { length: size },
    (_, i) => `service s${i} { uses s${(i + 1) % size} rpc X() { calls s${(i + 1) % size}.X, s${(i + 7) % size}.X } }`,
  );
  const messages = Array.from(
    { length: size },
    (_, i) => `message M${i} { a: M${(i + 1) % size} = 1 b: M${(i + 5) % size} = 2 }`,
  );
  const model = await readModel([{ path: 'main.svc', text: [...services, ...messages].join('\n') }]);
  const found = new Set(check(model).map(({ rule }) => rule));
  for (const rule of ['call-cycle', 'infinite-type', 'undeclared-dependency'] as const)
    assert.ok(found.has(rule), rule);
  assert.ok([...found].every((rule) => ruleNames.includes(rule)));
});

/** Leaves out what broken text leaves out: an item of a list, the id of a reference, the number of a field. */
function leaveOut(model: Model, choice: number): void {
  const spots: (() => void)[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      if (value.length > 0) spots.push(() => value.splice(choice % value.length, 1));
      value.forEach(visit);
    } else if (value !== null && typeof value === 'object') {
      const record = value as Record<string, unknown>;
      if ('id' in record && !('extent' in record)) spots.push(() => delete record.id);
      for (const key of optional) if (key in record && !('line' in record)) spots.push(() => delete record[key]);
      for (const inner of Object.values(record)) visit(inner);
    }
  };
  visit(model);
  spots[choice % spots.length]?.();
}

const optional = ['of', 'number', 'status', 'http', 'grpc', 'url', 'result', 'with', 'default', 'min', 'max'];
