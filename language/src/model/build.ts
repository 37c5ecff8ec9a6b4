import type { ParseResult } from 'langium';
import type { Declaration, File } from '../grammar/generated/ast.ts';
import { exportedNames } from '../syntax/exports.ts';
import { packageOf } from '../syntax/name-index.ts';
import { Reader } from './build-reader.ts';
import { external, resource, service } from './build-services.ts';
import { brokenLines, syntaxProblems } from './build-syntax.ts';
import { auth, context, gateway, policy, relation, system } from './build-system.ts';
import { alias, enumeration, errorMessage, eventMessage, message } from './build-types.ts';
import type { Declarations, Fragment } from './fragment.ts';
import type { ImportClause, SourceFile } from './model.ts';

type Built = { -readonly [K in keyof Declarations]: Declarations[K][number][] };

/** The one place where the tree becomes data: what a file says, its names not yet looked up. Bad text gives what can be read. */
export function fragmentOf(path: string, text: string, parsed: ParseResult<File>): Fragment {
  const reader = new Reader(path, text, parsed.value);
  const built: Built = {
    messages: [],
    errors: [],
    events: [],
    enums: [],
    aliases: [],
    policies: [],
    services: [],
    resources: [],
    externals: [],
    auths: [],
    gateways: [],
    contexts: [],
    relations: [],
    systems: [],
  };
  for (const declaration of parsed.value.declarations ?? []) add(reader, built, declaration);
  const broken = brokenLines(parsed);
  return {
    ...headerOf(path, parsed.value),
    names: exportedNames(parsed.value).map(({ name, kind }) => ({ name, kind })),
    declarations: built,
    problems: [
      ...syntaxProblems(path, text, parsed),
      ...reader.problems.filter(({ at }) => !broken.includes(at.start.line)),
    ],
    broken,
  };
}

/** What stands at the top of a file: its package and its imports. */
export function headerOf(path: string, file: File): SourceFile {
  const reader = new Reader(path, '', file);
  return {
    path,
    package: packageOf(file),
    ...(file.name === undefined ? {} : { packageAt: reader.at(file, 'name') }),
    imports: (file.imports ?? []).flatMap((clause): ImportClause[] => {
      if (!clause.package) return [];
      const names = clause.names.map((value, i) => ({ value, at: reader.at(clause, 'names', i) }));
      const at = reader.extent(clause);
      return [
        {
          package: clause.package,
          packageAt: reader.at(clause, 'package'),
          ...(names.length > 0 ? { names } : {}),
          found: false,
          at,
        },
      ];
    }),
  };
}

function add(reader: Reader, built: Built, node: Declaration): void {
  switch (node.$type) {
    case 'Message':
      push(built.messages, message(reader, node));
      break;
    case 'ErrorMessage':
      push(built.errors, errorMessage(reader, node));
      break;
    case 'Event':
      push(built.events, eventMessage(reader, node));
      break;
    case 'Enum':
      push(built.enums, enumeration(reader, node));
      break;
    case 'TypeAlias':
      push(built.aliases, alias(reader, node));
      break;
    case 'Policy':
      push(built.policies, policy(reader, node));
      break;
    case 'Service':
      push(built.services, service(reader, node));
      break;
    case 'Resource':
      push(built.resources, resource(reader, node));
      break;
    case 'External':
      push(built.externals, external(reader, node));
      break;
    case 'Auth':
      push(built.auths, auth(reader, node));
      break;
    case 'Gateway':
      push(built.gateways, gateway(reader, node));
      break;
    case 'BoundedContext':
      push(built.contexts, context(reader, node));
      break;
    case 'Relation':
      push(built.relations, relation(reader, node));
      break;
    case 'System':
      push(built.systems, system(reader, node));
      break;
  }
}

function push<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}
