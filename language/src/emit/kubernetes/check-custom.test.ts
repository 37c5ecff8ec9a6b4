import assert from 'node:assert/strict';
import { test } from 'node:test';
import { options } from '../golden-fixture.ts';
import { faultsOf } from './checks.ts';
import { chosenModel, type variants } from './chosen-fixture.ts';
import { type KubernetesObject, objectFilesOf } from './objects.ts';

type Planted = readonly [from: string, to: string, fault: RegExp];

/** Defects that the schemas of definitions let through, by the system in whose objects they are planted. */
const planted: Readonly<Partial<Record<(typeof variants)[number], readonly Planted[]>>> = {
  plain: [
    ['"port":443', '"port":0', /Gateway public: 0 is no port/],
    ['"hostname":"api.store.example"', '"hostname":"10.0.0.1"', /"10\.0\.0\.1" is no name of a host/],
    ['"hostnames":["api.store.example"]', '"hostnames":["api..example"]', /"api\.\.example" is no name of a host/],
    ['"protocol":"HTTPS"', '"protocol":"HTTP"', /speaks HTTPS and TLS, or neither/],
    ['"dnsNames":["api.store.example"]', '"dnsNames":["*.*.example"]', /Certificate public-tls: "\*\.\*\.example"/],
    ['"value":"/v1/orders/[^/]+"', '"value":"/v1/orders/[^/"', /is no regular expression/],
    ['"value":"/v1/orders"', '"value":"v1/orders"', /v1\/orders does not begin with \//],
    ['"request":"3s"', '"request":"3sec"', /3sec is no duration/],
    ['"name":"orders-canary","port":8080', '"name":"orders-new","port":8080', /leads to orders-new:8080/],
    ['"port":8080,"weight":100', '"port":8080,"weight":0', /leads nowhere/],
    ['"minReplicaCount":3', '"minReplicaCount":13', /at least 13 replicas, at most 12/],
    ['"kind":"Rollout","name":"orders"}', '"kind":"Rollout","name":"order"}', /scales the Rollout order, which is not/],
    ['"authenticationRef":{"name":"stock-bus"}', '"authenticationRef":{"name":"bus"}', /TriggerAuthentication bus/],
    ['"templateName":"orders"', '"templateName":"errors"', /uses the AnalysisTemplate errors, which is not there/],
    ['"canaryService":"orders-canary"', '"canaryService":"canary"', /uses the Service canary, which is not there/],
    ['"previewService":"stock-preview"', '"previewService":"preview"', /uses the Service preview/],
    ['"setWeight":50', '"setWeight":5', /the steps 10, 5 do not grow/],
    ['"setWeight":50', '"setWeight":150', /150 is no weight/],
    ['"duration":"5m"', '"duration":"5min"', /5min is no duration/],
    ['"replicas":0', '"replicas":3', /runs what its Deployment runs as well/],
    ['"endpoints":[{"port":"http"', '"endpoints":[{"port":"web"', /asks at the port web, which no Service has/],
    [
      '"activeMetadata":{"labels":{"role":"serving"}}',
      '"activeMetadata":{"labels":{}}',
      /misses its pods by the label role/,
    ],
  ],
  flagger: [
    [
      '"kind":"Deployment","name":"orders"},"autoscalerRef"',
      '"kind":"Deployment","name":"o"},"autoscalerRef"',
      /o, which/,
    ],
    ['"interval":"5m"', '"interval":"5 minutes"', /5 minutes is no duration/],
    ['"stepWeights":[10,50]', '"iterations":2,"stepWeights":[10,50]', /weights and iterations; it takes one/],
    [
      '"app":"stock-primary"',
      '"app":"stock-second"',
      /Service stock-pods: its selector misses its pods by the label app/,
    ],
  ],
  istio: [
    ['"timeout":"5s"', '"timeout":"500us"', /500us is no duration, of 1ms or more/],
    ['"perTryTimeout":"2s"', '"perTryTimeout":"9s"', /one attempt may take 9s, and all of them 5s/],
    ['"attempts":1', '"attempts":-1', /-1 retries/],
  ],
};

for (const [variant, defects] of Object.entries(planted)) {
  test(`what schemas of definitions let through is found: ${variant}`, async () => {
    const files = objectFilesOf(await chosenModel(variant as keyof typeof planted), options);
    const texts = files.map(({ objects }) => JSON.stringify(objects));
    const faultsIn = (text: string) => faultsOf(JSON.parse(text) as KubernetesObject[], '1.33').join('\n');
    for (const text of texts) assert.equal(faultsIn(text), '');
    for (const [from, to, fault] of defects) {
      const text = texts.find((one) => one.includes(from));
      assert.ok(text, from);
      assert.match(faultsIn(text.replace(from, to)), fault, to);
    }
  });
}
