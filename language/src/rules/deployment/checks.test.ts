import { test } from 'node:test';
import { check } from '../check-fixture.ts';

const resources = 'resources { cpu 1 }';
const inProd = (service: string, override: string): string =>
  `${service} system s { environment dev { } environment prod { a { ${override} } } }`;

test('undrainable: none at all, as a number or as a share', async () => {
  await check('undrainable', `service a { deploy { ${resources} replicas 3 disruption [|0|] } }`, {
    message: /^`disruption 0` never lets a replica of `a` go: its nodes can be neither drained nor upgraded$/,
    fixed: `service a { deploy { ${resources} replicas 3 disruption 1 } }`,
  });
  await check('undrainable', `service a { deploy { ${resources} disruption [|0%|] } }`, { message: /`disruption 0%`/ });
  await check('undrainable', inProd(`service a { deploy { ${resources} disruption 1 } }`, 'disruption [|0|]'), {
    message: /of `a` in `prod` go/,
    fixed: inProd(`service a { deploy { ${resources} disruption 1 } }`, 'disruption 1'),
  });
});

test('undrainable: any share above it lets one go, and so does saying nothing', async () => {
  await check('undrainable', `service a { deploy { ${resources} replicas 1 disruption 1% } }`);
  await check('undrainable', `service a { deploy { ${resources} replicas 1 disruption 1 } } service b { }`);
  await check('undrainable', inProd(`service a { deploy { ${resources} disruption 1 } }`, 'replicas 9'));
  await check(
    'undrainable',
    inProd(`@allow(undrainable, "moved by hand") service a { deploy { ${resources} } }`, 'disruption 0'),
  );
});

test('scale-without-request: of the cpu or memory that was never requested', async () => {
  await check('scale-without-request', 'service a { deploy { [|scale { cpu 70% }|] resources { memory 1Gi } } }', {
    message: /^`a` scales at 70% of the cpu that it requests, and it requests none$/,
    hint: /`resources \{ cpu 250m..1 \}`/,
    related: ['resources { memory 1Gi }'],
  });
  await check('scale-without-request', 'service a { deploy { [|scale { memory 80% }|] } }', { message: /memory/ });
  await check('scale-without-request', 'service a { deploy { [|scale { cpu 70% }|] resources { cpu 0..1 } } }');
  await check('scale-without-request', 'service a { deploy { [|[|scale { cpu 70% memory 80% }|]|] } }', {
    message: [/of the cpu/, /of the memory/],
  });
});

test('scale-without-request: in an environment, where only there it is wrong', async () => {
  const own = 'service a { deploy { scale { cpu 70% } resources { cpu 1 } } }';
  await check('scale-without-request', inProd(own, '[|resources { memory 1Gi }|]'), {
    message: /^`a` in `prod` scales at 70%/,
    related: ['scale { cpu 70% }'],
  });
  await check('scale-without-request', inProd('service a { }', '[|scale { cpu 50% }|]'), { message: /50%/ });
  await check(
    'scale-without-request',
    inProd('service a { deploy { [|scale { cpu 70% }|] } }', 'replicas 3 scale { cpu 80% }'),
  );
  await check(
    'scale-without-request',
    inProd('service a { deploy { [|scale { cpu 70% }|] } }', '[|resources { memory 1Gi }|]'),
  );
  await check('scale-without-request', inProd('service a { deploy { [|scale { cpu 70% }|] } }', 'resources { cpu 1 }'));
});

test('scale-without-request: what is requested, or measured otherwise', async () => {
  await check('scale-without-request', 'service a { deploy { scale { cpu 70% } resources { cpu 1m } } }');
  await check('scale-without-request', 'service a { deploy { scale { rate 10/s } } }');
  await check('scale-without-request', 'service a { deploy { replicas 2..4 } }');
  await check(
    'scale-without-request',
    inProd('service a { deploy { scale { cpu 70% } resources { cpu 1 } } }', 'drain 9s'),
  );
});

test('resources-inverted: the first is the request', async () => {
  await check(
    'resources-inverted',
    'service a { deploy { resources { cpu [|1..250m|]  memory [|1.5Gi..1G|]  storage 1Gi } } }',
    {
      message: [
        /^`a` requests 1 of cpu and may have 250m at the most: no cluster takes a request above its limit$/,
        /requests 1536Mi of memory and may have 1G/,
      ],
      fixed: 'service a { deploy { resources { cpu 250m..1  memory [|1.5Gi..1G|]  storage 1Gi } } }'.replace(
        /\[\||\|\]/g,
        '',
      ),
    },
  );
  await check('resources-inverted', inProd('service a { }', 'resources { storage [|2k..1001B|] }'), {
    message: /`a` in `prod` requests 2k of storage and may have 1001B/,
  });
  await check('resources-inverted', inProd('service a { deploy { resources { cpu [|2..1|] } } }', 'replicas 3'));
});

test('resources-inverted: one value is both, and what cannot be read is neither', async () => {
  await check('resources-inverted', 'service a { deploy { resources { cpu 1 memory 1Gi..1Gi storage 1Gi..2Gi } } }');
  await check('resources-inverted', 'service a { deploy { resources { cpu 2Gi..1 memory 3..1Gi } } }');
});

test('missing-resources: a `deploy` that says nothing of them', async () => {
  await check('missing-resources', 'service a { [|deploy|] { replicas 3 } }', {
    message: /^`a` says how it is deployed and not what it needs/,
    hint: /`resources \{ cpu 250m..1 {2}memory 256Mi \}`/,
  });
  await check('missing-resources', 'service a { [|deploy|] { resources { } } }');
  await check('missing-resources', 'service a { } system s { environment prod { [|a|] { replicas 3 } } }', {
    message: /^`a` in `prod` says/,
  });
  await check('missing-resources', inProd('service a { [|deploy|] { } }', 'replicas 3'));
});

test('missing-resources: some of them, no `deploy`, only config, or told by `scale-without-request`', async () => {
  await check('missing-resources', 'service a { deploy { resources { memory 1Gi } } } service b { }');
  await check('missing-resources', inProd('service a { deploy { resources { cpu 1 } } }', 'replicas 3'));
  await check('missing-resources', inProd('service a { config { n: int32 default 1 } }', 'config { n 2 }'));
  await check('missing-resources', 'service a { deploy { scale { cpu 70% } } }');
  await check('missing-resources', 'service a { @allow(missing-resources, "nobody has measured") rpc X() }\n');
  await check('missing-resources', '@allow(missing-resources, "nobody has measured") service a { deploy { } }');
});

test('probe-timeout: no time is left between two', async () => {
  await check('probe-timeout', 'service a { http 1 health { ready /r { timeout [|5s|]  period 3s } } }', {
    message:
      /^the probe `ready` of `a` waits 5s for an answer and asks every 3s: the next is due 2s before it gives up$/,
    hint: /^Write a `timeout` below 3s, or a `period` above 5s\.$/,
    related: ['3s'],
  });
  await check('probe-timeout', 'service a { http 1 health { live /l { period 4s  timeout [|4s|] } } }', {
    message: /the next is due as it gives up$/,
  });
});

test('probe-timeout: by default a second to start, and two afterwards', async () => {
  await check(
    'probe-timeout',
    'service a { health { live { period [|2s|] } ready { period [|1500ms|] } startup { period [|1s|] } } }',
    {
      message: [
        /waits 2s for an answer, by default, and asks every 2s: the next is due as it gives up$/,
        /every 1500ms: the next is due 500ms before/,
        /waits 1s .* every 1s/,
      ],
    },
  );
  await check(
    'probe-timeout',
    'service a { health { live { period 3s } ready { period 2001ms } startup { period 2s } } }',
  );
});

test('probe-timeout: below its period, or with a period that makes room for it', async () => {
  await check(
    'probe-timeout',
    'service a { health { live { period 3s timeout 2999ms } ready { timeout 1min } } } service b { }',
  );
  await check(
    'probe-timeout',
    '@allow(probe-timeout, "the hardware is slow") service a { health { live { period 3s timeout 3s } } }',
  );
});

test('secret-default: a secret in the source', async () => {
  await check(
    'secret-default',
    'service a {\n  config {\n    key: secret default [|"k-123"|] hot  // the key\n    size: int32 default 3\n    other: secret\n  }\n}',
    {
      message: /^the secret `key` of `a` stands in the source: whoever reads it has it, and its history keeps it$/,
      fixed:
        'service a {\n  config {\n    key: secret hot  // the key\n    size: int32 default 3\n    other: secret\n  }\n}',
    },
  );
  await check('secret-default', 'service a { config { key: secret default [|""|] } }');
});

test('secret-default: in an environment', async () => {
  await check(
    'secret-default',
    inProd('service a { config { key: secret n: int32 default 1 } }', 'config { [|key "k"|] n 2 }'),
  );
  await check(
    'secret-default',
    inProd('service a { config { @allow(secret-default, "a test key") key: secret } }', 'config { key "k" other "x" }'),
  );
});
