import { listed } from '../../model/nearest.ts';
import { row } from '../rule.ts';

/** The rules of the group: name, severity, and what each says. `where` is ` in prod` for what only an environment says. */
export const deploymentTable = {
  'drain-too-short': row({
    group: 'deployment',
    severity: 'error',
    summary: '`drain` < the longest deadline that the service serves',
    fixable: true,
    message: (v: {
      service: string;
      where: string;
      served: string;
      deadline: string;
      drain: string;
      how: string;
      short: string;
    }) =>
      `\`${v.served}\` may take ${v.deadline}, and when \`${v.service}\`${v.where} is stopped it has ${v.drain} (${v.how}), ${v.short} too little: what still runs then is cut off`,
    hint: (v) => `Set \`drain\` to ${v.deadline} or more, or lower the deadline of \`${v.served}\` to ${v.drain}.`,
  }),
  undrainable: row({
    group: 'deployment',
    severity: 'error',
    summary: 'no replica may ever be taken down',
    fixable: true,
    message: (v: { service: string; where: string; disruption: string }) =>
      `\`disruption ${v.disruption}\` never lets a replica of \`${v.service}\`${v.where} go: its nodes can be neither drained nor upgraded`,
    hint: () =>
      'Write `disruption 1`, and enough `replicas` for the others to carry the load; a percentage is rounded up, so `disruption 10%` lets one go as well.',
  }),
  'scale-without-request': row({
    group: 'deployment',
    severity: 'error',
    summary: '`scale cpu` with no cpu request',
    message: (v: { service: string; where: string; resource: 'cpu' | 'memory'; percent: number }) =>
      `\`${v.service}\`${v.where} scales at ${v.percent}% of the ${v.resource} that it requests, and it requests none`,
    hint: (v) =>
      `Say what one replica needs under its usual load: \`resources { ${v.resource === 'cpu' ? 'cpu 250m..1' : 'memory 256Mi'} }\`.`,
  }),
  'resources-inverted': row({
    group: 'deployment',
    severity: 'error',
    summary: 'a request above its limit',
    fixable: true,
    message: (v: {
      service: string;
      where: string;
      resource: 'cpu' | 'memory' | 'storage';
      request: string;
      limit: string;
    }) =>
      `\`${v.service}\`${v.where} requests ${v.request} of ${v.resource} and may have ${v.limit} at the most: no cluster takes a request above its limit`,
    hint: (v) => `The request stands first: \`${v.resource} ${v.limit}..${v.request}\`.`,
  }),
  'missing-resources': row({
    group: 'deployment',
    severity: 'warning',
    summary: 'a `deploy` with no `resources`',
    message: (v: { service: string; where: string }) =>
      `\`${v.service}\`${v.where} says how it is deployed and not what it needs: it gets the defaults, whatever that is`,
    hint: () => 'Measure it and say so: `resources { cpu 250m..1  memory 256Mi }`.',
  }),
  'canary-too-fine': row({
    group: 'deployment',
    severity: 'warning',
    summary: "a step smaller than one replica's share, with no gateway or mesh to split traffic",
    message: (v: { service: string; where: string; steps: readonly string[]; replicas: number; share: string }) =>
      `with ${v.replicas} ${v.replicas === 1 ? 'replica' : 'replicas'} of \`${v.service}\`${v.where} one carries ${v.share} of the traffic, more than ${v.steps.length === 1 ? 'the step' : 'the steps'} ${listed(v.steps, 'and')} of its canary: neither a gateway nor a mesh can send it less`,
    hint: (v) =>
      (v.replicas === 1
        ? 'Run two replicas at the least'
        : `Begin with ${v.share} or more, run more replicas at the least`) +
      ', or let a gateway or a `mesh` split the traffic.',
  }),
  'probe-timeout': row({
    group: 'deployment',
    severity: 'error',
    summary: "a probe's timeout ≥ its period",
    message: (v: {
      service: string;
      kind: string;
      timeout: string;
      period: string;
      over: string | undefined;
      byDefault: boolean;
    }) =>
      `the probe \`${v.kind}\` of \`${v.service}\` waits ${v.timeout} for an answer${v.byDefault ? ', by default,' : ''} and asks every ${v.period}: the next is due ` +
      (v.over === undefined ? 'as it gives up' : `${v.over} before it gives up`),
    hint: (v) => `Write a \`timeout\` below ${v.period}, or a \`period\` above ${v.timeout}.`,
  }),
  'secret-default': row({
    group: 'deployment',
    severity: 'error',
    summary: 'a secret with a default value',
    fixable: true,
    message: (v: { service: string; name: string }) =>
      `the secret \`${v.name}\` of \`${v.service}\` stands in the source: whoever reads it has it, and its history keeps it`,
    hint: () =>
      'Take it out: the service reads it from a Secret, or from a variable in a local run. If it was ever real, have a new one made.',
  }),
};
