import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const canary = 'rollout canary { steps [5%, 25%, 50%]  every 5min }';

test('canary-too-fine: a step below the share of one replica', async () => {
  await check(
    'canary-too-fine',
    `service a { deploy { replicas 4..20 resources { cpu 1 } [|${canary.replace('25%', '24.9%')}|] } }`,
    {
      message:
        /^with 4 replicas of `a` one carries 25% of the traffic, more than the steps `5%` and `24.9%` of its canary: neither a gateway nor a mesh can send it less$/,
      hint: /^Begin with 25% or more/,
      related: ['replicas 4..20'],
    },
  );
  await check(
    'canary-too-fine',
    `service a { deploy { replicas 1 resources { cpu 1 } [|rollout canary { steps [50%] }|] } }`,
    {
      message: /^with 1 replica of `a` one carries 100% of the traffic, more than the step `50%`/,
    },
  );
});

test('canary-too-fine: two replicas where none are written; a third is 33%', async () => {
  await check('canary-too-fine', 'service a { deploy { resources { cpu 1 } [|rollout canary { steps [49%] }|] } }', {
    message: /^with 2 replicas/,
  });
  await check('canary-too-fine', 'service a { deploy { resources { cpu 1 } rollout canary { steps [50%] } } }');
  await check(
    'canary-too-fine',
    'service a { deploy { replicas 3 resources { cpu 1 } rollout canary { steps [33%] } } }',
  );
  await check(
    'canary-too-fine',
    'service a { deploy { replicas 3 resources { cpu 1 } [|rollout canary { steps [32%] }|] } }',
    {
      message: /one carries 33.3%/,
    },
  );
  await check(
    'canary-too-fine',
    'service a { deploy { replicas 200 resources { cpu 1 } rollout canary { steps [0.5%] } } }',
  );
});

test('canary-too-fine: a gateway or a mesh splits the traffic', async () => {
  const service = `service a { rpc X() { route GET /x } deploy { replicas 2 resources { cpu 1 } ${canary} } }`;
  await check('canary-too-fine', `${service} gateway g { serves a }`);
  await check('canary-too-fine', `${service} gateway g { serves a.X }`);
  await check('canary-too-fine', `${service} system s { mesh istio }`);
  await check(
    'canary-too-fine',
    `service a { deploy { replicas 2 resources { cpu 1 } [|${canary}|] } } gateway g { serves b } service b { }`,
  );
  await check(
    'canary-too-fine',
    `service a { deploy { replicas 2 resources { cpu 1 } [|${canary}|] } } system s { mesh none }`,
  );
});

test('canary-too-fine: other rollouts, and canaries without steps', async () => {
  await check('canary-too-fine', 'service a { deploy { resources { cpu 1 } rollout rolling { steps [5%] } } }');
  await check('canary-too-fine', 'service a { deploy { resources { cpu 1 } rollout canary { every 5min } } }');
});

test('canary-too-fine: in an environment with fewer replicas or finer steps', async () => {
  const system = (own: string, override: string): string =>
    `service a { deploy { replicas 20 resources { cpu 1 } ${own} } } system s { environment dev { a { ${override} } } }`;
  await check('canary-too-fine', system(canary, '[|replicas 4|]'), {
    message: /^with 4 replicas of `a` in `dev` one carries 25% of the traffic, more than the step `5%`/,
    related: ['rollout canary { steps [5%, 25%, 50%]  every 5min }'],
  });
  await check('canary-too-fine', system(canary, '[|rollout canary { steps [1%] }|]'));
  await check('canary-too-fine', system('[|rollout canary { steps [1%] }|]', 'replicas 4'));
  await check('canary-too-fine', system('[|rollout canary { steps [1%] }|]', 'replicas 200'));
  await check(
    'canary-too-fine',
    `service a { deploy { replicas 20 resources { cpu 1 } ${canary} } } system s { environment dev { mesh istio a { replicas 2 } } }`,
  );
});
