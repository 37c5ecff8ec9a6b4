import { type Read, row } from '../rule.ts';

/** The rules of the group: name, severity, and what each says. */
export const namesAndTypesTable = {
  syntax: row({
    group: 'names and types',
    severity: 'error',
    summary: 'the text does not parse',
    reading: true,
    fixable: true,
    message: (v: Read) => v.message,
    hint: (v) => v.hint,
  }),
  'unresolved-reference': row({
    group: 'names and types',
    severity: 'error',
    fixable: true,
    summary: 'a name means nothing',
    reading: true,
    message: (v: Read) => v.message,
    hint: (v) => v.hint,
  }),
  'duplicate-name': row({
    group: 'names and types',
    severity: 'error',
    summary: 'two declarations of one kind share a name',
    message: (v: { what: string; name: string; scope: string }) =>
      `${v.scope} has another ${v.what} named \`${v.name}\``,
    hint: (v) => {
      switch (v.what) {
        case 'block':
          return 'Write what both say into one.';
        case 'entry':
          return 'A service stands in one context: remove it from one of the two.';
        default:
          return 'Rename one of the two, or remove it.';
      }
    },
  }),
  'name-collision': row({
    group: 'names and types',
    severity: 'error',
    summary: 'two names fall together in some target',
    message: (v: { one: string; other: string; becomes: string; where: string }) =>
      `${v.one} and ${v.other} both become \`${v.becomes}\` in ${v.where}`,
    hint: () => 'Rename one of the two.',
  }),
  'ambiguous-import': row({
    group: 'names and types',
    severity: 'error',
    fixable: true,
    summary: 'a name comes from two imports',
    reading: true,
    message: (v: Read) => v.message,
    hint: (v) => v.hint,
  }),
  unused: row({
    group: 'names and types',
    severity: 'hint',
    fixable: true,
    summary: 'an import, policy, type, auth or resource that nothing uses',
    message: (v: { what: string; name: string }) => `nothing uses the ${v.what} \`${v.name}\``,
    hint: () => 'Remove it, or use it.',
  }),
  'field-number': row({
    group: 'names and types',
    severity: 'error',
    fixable: true,
    summary: 'a number is missing, repeated, reserved or out of range',
    message: (
      v: { what: 'field' | 'value'; name: string } & (
        | { wrong: 'missing' | 'unnumbered' }
        | { wrong: 'reserved-empty' | 'reserved-twice'; range: string }
        | { wrong: 'reserved-range'; range: string; from: number; to: number }
        | { wrong: 'repeated'; number: number; first: string }
        | { wrong: 'reserved'; number: number }
        | { wrong: 'reserved-name' }
        | { wrong: 'kept'; number: number }
        | { wrong: 'range'; number: number; from: number; to: number }
      ),
    ) => {
      const subject = `the ${v.what} \`${v.name}\``;
      switch (v.wrong) {
        case 'missing':
          return `${subject} has no number`;
        case 'unnumbered':
          return `the values of the enum \`${v.name}\` have no numbers`;
        case 'reserved-empty':
          return `\`${v.range}\` reserves nothing: it ends before it begins`;
        case 'reserved-twice':
          return `\`${v.range}\` is reserved twice`;
        case 'reserved-range':
          return `\`${v.range}\` reserves numbers outside ${v.from}..${v.to}, which no ${v.what} can have`;
        case 'repeated':
          return `${subject} has the number ${v.number}, which \`${v.first}\` has already`;
        case 'reserved':
          return `${subject} has the number ${v.number}, which is reserved`;
        case 'reserved-name':
          return `the name \`${v.name}\` is reserved`;
        case 'kept':
          return `${subject} has the number ${v.number}; protobuf keeps 19000 to 19999 for itself`;
        case 'range':
          return `${subject} has the number ${v.number}, which is outside ${v.from}..${v.to}`;
      }
    },
    hint: (v) => {
      switch (v.wrong) {
        case 'missing':
        case 'unnumbered':
        case 'repeated':
          return `The number is what identifies a ${v.what} in protobuf: give it one of its own, and never change it afterwards.`;
        case 'reserved':
          return 'It belonged to something that old messages may still hold: take a fresh number.';
        case 'reserved-name':
          return 'It belonged to something that is gone: take another name.';
        case 'kept':
        case 'range':
          return 'Take the next free number.';
        case 'reserved-empty':
          return 'Write the lower end first.';
        case 'reserved-twice':
          return 'Reserve each number and each name once.';
        case 'reserved-range':
          return `Reserve what lies within ${v.from}..${v.to}.`;
      }
    },
  }),
  'enum-zero': row({
    group: 'names and types',
    severity: 'error',
    fixable: true,
    summary: 'an enum without a value 0',
    message: (v: { name: string }) =>
      `the enum \`${v.name}\` has no value 0, which is what protobuf reads where nothing was sent`,
    hint: () => 'Give 0 to a value that means "not known", for instance `unknown = 0`.',
  }),
  'infinite-type': row({
    group: 'names and types',
    severity: 'error',
    path: true,
    fixable: true,
    summary: 'a message that contains itself without `?`, `[]`, map or oneof',
    message: (v: { what: 'message' | 'type' | 'policy'; name: string; loop: string }) => {
      switch (v.what) {
        case 'message':
          return `every \`${v.name}\` contains another \`${v.name}\` (${v.loop}), so none is ever complete`;
        case 'type':
          return `the type \`${v.name}\` is defined by itself (${v.loop}), so it stands for nothing`;
        case 'policy':
          return `the policy \`${v.name}\` extends itself (${v.loop})`;
      }
    },
    hint: (v) => {
      switch (v.what) {
        case 'message':
          return 'Make one of these fields optional (`?`), a list (`[]`) or a member of a oneof.';
        case 'type':
          return 'Define one of them by another type.';
        case 'policy':
          return 'Let one of them extend nothing.';
      }
    },
  }),
  'field-type': row({
    group: 'names and types',
    severity: 'error',
    summary: 'a type that cannot stand where it is used, such as a list of lists or a map in a `oneof`',
    message: (v: { name: string; wrong: string; hint?: string }) => `\`${v.name}\` ${v.wrong}`,
    hint: (v) => v.hint,
  }),
  constraint: row({
    group: 'names and types',
    severity: 'error',
    fixable: true,
    summary: '`where` that does not fit the type, an empty range, a bad pattern, a default outside it',
    message: (
      v:
        | { wrong: 'misfit'; constraint: string; type: string; fits: string }
        | { wrong: 'empty'; constraint: string }
        | { wrong: 'apart'; constraint: string; inherited: string; alias: string }
        | { wrong: 'bound'; bound: string; type: string }
        | { wrong: 'pattern'; reason: string }
        | { wrong: 'default-type'; value: string; type: string }
        | { wrong: 'default-outside'; value: string; constraint: string },
    ) => {
      switch (v.wrong) {
        case 'misfit':
          return `${v.constraint} does not fit ${v.type}: it constrains ${v.fits}`;
        case 'empty':
          return `${v.constraint} admits no value at all`;
        case 'apart':
          return `${v.constraint} and ${v.inherited} of \`${v.alias}\` have no value in common`;
        case 'bound':
          return `\`${v.bound}\` is no value of ${v.type}`;
        case 'pattern':
          return `the pattern is no regular expression: ${v.reason}`;
        case 'default-type':
          return `the default \`${v.value}\` is no value of ${v.type}`;
        case 'default-outside':
          return `the default \`${v.value}\` is outside ${v.constraint}`;
      }
    },
    hint: (v) =>
      v.wrong === 'pattern' ? 'Patterns are regular expressions of ECMAScript with the flag `u`.' : undefined,
  }),
  unit: row({
    group: 'names and types',
    severity: 'error',
    fixable: true,
    summary: 'a quantity of the wrong dimension, or `5m` for minutes',
    reading: true,
    message: (v: Read) => v.message,
    hint: (v) => v.hint,
  }),
  'unused-allow': row({
    group: 'names and types',
    severity: 'warning',
    fixable: true,
    summary: 'an `@allow` that silences nothing or names no rule',
    message: (v: {
      name: string;
      wrong: 'silent' | 'unknown' | 'reading' | 'elsewhere';
      near?: string | undefined;
    }) => {
      switch (v.wrong) {
        case 'silent':
          return `\`@allow(${v.name})\` silences nothing: the rule finds nothing here`;
        case 'unknown':
          return `\`${v.name}\` is no rule, so this \`@allow\` silences nothing`;
        case 'reading':
          return `\`${v.name}\` cannot be silenced: what is wrong with the text itself has to be mended`;
        case 'elsewhere':
          return `\`@allow(${v.name})\` speaks of the deployment of a service, and stands above none`;
      }
    },
    hint: (v) => {
      switch (v.wrong) {
        case 'silent':
        case 'reading':
          return 'Remove it.';
        case 'elsewhere':
          return 'Write it above the service.';
        case 'unknown':
          return v.near ?? '`weir explain` lists the rules.';
      }
    },
  }),
};
