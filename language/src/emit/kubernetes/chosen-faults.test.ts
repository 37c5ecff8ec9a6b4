import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelOf, options } from '../golden-fixture.ts';
import { chosenFaults } from './chosen-faults.ts';
import { kubernetesEmitter } from './index.ts';

/** What is said of a text, a line each: the message, then how to mend it. */
async function saidOf(text: string): Promise<string[]> {
  const model = await modelOf([{ path: 'a.svc', text }]);
  return chosenFaults(model).map(({ message, hint }) => `${message}\n${hint}`);
}

const cases: Readonly<Record<string, readonly [text: string, said: RegExp | undefined]>> = {
  '`rate` without KEDA': [
    'service a { http 80 deploy { replicas 2..4 scale { cpu 70% rate 10/s } } }',
    /cannot scale a by `rate`\n.*`autoscaler keda`/,
  ],
  '`lag` and `rate` with `autoscaler hpa`': [
    'system s { autoscaler hpa } resource q nats event E on q { id: uuid = 1 } service a { http 80 on E {} deploy { replicas 2..4 scale { rate 10/s lag E 10 } } }',
    /cannot scale a by `rate` or `lag`/,
  ],
  '`rate` of a number of replicas that is fixed scales nothing': [
    'service a { http 80 deploy { replicas 3 scale { rate 10/s } } }',
    undefined,
  ],
  '`rate` that nobody measures': [
    'system s { autoscaler keda } service a { http 80 deploy { replicas 2..4 scale { rate 10/s } } }',
    /nothing collects its metrics\n.*`monitoring prometheus`/,
  ],
  '`rate` of what is written elsewhere': [
    'system s { autoscaler keda  monitoring prometheus } service a { image "x/a:1" http 80 deploy { replicas 2..4 scale { rate 10/s } } }',
    /`rate` of a is not known: what is written elsewhere/,
  ],
  '`lag` of what is not consumed': [
    'system s { autoscaler keda } resource q nats event E on q { id: uuid = 1 } service a { http 80 deploy { replicas 2..4 scale { lag E 10 } } }',
    /`lag E` is not known: a consumes no E from a broker\n.*`on E/,
  ],
  '`lag` in a broker that KEDA cannot ask': [
    'system s { autoscaler keda } resource q mqtt event E on q { id: uuid = 1 } service a { http 80 on E {} deploy { replicas 2..4 scale { lag E 10 } } }',
    /nothing here measures what waits in q, of kind mqtt/,
  ],
  'a canary that nobody brings in': [
    'service a { http 80 deploy { rollout canary { steps [50%] } } }',
    /`rollout canary` of a needs a controller.*\n.*`rollouts argo` or `rollouts flagger`/,
  ],
  '`rolling` needs nobody': ['service a { http 80 deploy { rollout rolling } }', undefined],
  'Flagger without anything that splits traffic': [
    'system s { rollouts flagger } service a { http 80 deploy { rollout canary { steps [50%] } } }',
    /not for Flagger: neither a gateway nor a mesh splits its traffic/,
  ],
  'Argo goes by replicas then': [
    'system s { rollouts argo } service a { http 80 deploy { rollout canary { steps [50%] } } }',
    undefined,
  ],
  'Flagger behind two gateways': [
    `system s { rollouts flagger } service a { http 80 rpc A() { route GET /a } deploy { rollout canary { steps [50%] } } }
     gateway g { host "g.example" serves a } gateway h { host "h.example" serves a }`,
    /it writes one route, and g and h open different ones/,
  ],
  'steps of parts of a percent': [
    'system s { rollouts argo } service a { http 80 deploy { rollout canary { steps [0.5%, 50%] } } }',
    /whole percentages: 0\.5% is none/,
  ],
  '`abort` that nobody measures': [
    'system s { rollouts argo } service a { http 80 deploy { rollout canary { steps [50%] abort { errors 1% } } } }',
    /`abort` of a has nothing to go by: nothing collects its metrics/,
  ],
  '`abort` of what is written elsewhere': [
    'system s { rollouts argo monitoring prometheus } service a { image "x/a:1" http 80 deploy { rollout canary { steps [50%] abort { errors 1% } } } }',
    /none of the runtime's metrics/,
  ],
  'a limit at a gateway of which nothing more is known': [
    'system s { gateway-class "cilium" } service a { http 80 } gateway g { host "g.example" serves a limit { rate 5/s } }',
    /the gateway g cannot hold its `limit`.*class cilium\n.*`gateways envoy`/,
  ],
  'a limit by who calls': [
    'service a { http 80 } gateway g { host "g.example" serves a limit { rate 5/s key principal } }',
    /does not know the principal of a request/,
  ],
  'a cache at a gateway': [
    'service a { http 80 } gateway g { host "g.example" serves a cache { ttl 5s } }',
    /cannot hold its `cache`/,
  ],
  'what Istio has no form for': [
    'system s { mesh istio } service a { image "x/a:1" http 80 uses b with { timeout 1s hedge { extra 1 } } } service b { http 81 rpc B() { route GET /b } }',
    /Istio cannot apply `hedge` on the way from a to b.*\n.*`hedge none`/,
  ],
  'the same of the runtime, which has': [
    'system s { mesh istio } service a { http 80 uses b with { timeout 1s hedge { extra 1 } } rpc A() { route GET /a calls b.B } } service b { http 81 rpc B() { route GET /b } }',
    undefined,
  ],
  'defaults are for all who can': [
    'system s { mesh istio defaults { timeout 1s breaker { failures 50% } } } service a { image "x/a:1" http 80 uses b } service b { http 81 rpc B() { route GET /b } }',
    undefined,
  ],
  'callers that Linkerd cannot tell apart': [
    `system s { mesh linkerd } service a { image "x/a:1" http 80 uses c with { timeout 1s } }
     service b { http 82 uses c with { timeout 3s } rpc B() { route GET /b calls c.C } } service c { http 81 rpc C() { route GET /c } }`,
    /cannot tell the callers of c apart.*would hold for b as well\n.*`mesh istio`/,
  ],
  'a retry of what never arrived, by Linkerd': [
    'system s { mesh linkerd } service a { image "x/a:1" http 80 uses b with { timeout 1s retry { on [connect] } } } service b { http 81 rpc B() { route GET /b } }',
    /Linkerd cannot apply `retry`/,
  ],
  'a policy where Flagger writes the route': [
    `system s { mesh istio rollouts flagger } service a { image "x/a:1" http 80 uses b with { timeout 1s } }
     service b { http 81 rpc B() { route GET /b } deploy { rollout canary { steps [50%] } } }`,
    /Flagger writes the one route of b/,
  ],
  'a gateway outside the mesh': [
    'system s { mesh istio gateways envoy } service a { http 80 } gateway g { host "g.example" serves a }',
    /the gateway g stands outside the mesh/,
  ],
};

for (const [name, [text, said]] of Object.entries(cases)) {
  test(name, async () => {
    const found = await saidOf(text);
    if (said === undefined) assert.deepEqual(found, []);
    else {
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', said);
    }
  });
}

test('a fault of an environment alone says in which', async () => {
  const text = `service a { http 80 deploy { replicas 2..4 scale { rate 10/s } } }
    system s { autoscaler keda  monitoring prometheus  environment dev { autoscaler hpa } }`;
  const model = await modelOf([{ path: 'a.svc', text }]);
  assert.deepEqual(chosenFaults(model), []);
  assert.throws(
    () => kubernetesEmitter.emit(model, options),
    /a\.svc:1:44: in the environment dev Kubernetes itself cannot scale a by `rate`\n/,
  );
});
