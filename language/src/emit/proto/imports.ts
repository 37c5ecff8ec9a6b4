import { byText } from '../order.ts';
import type { ProtoDeclaration, ProtoFile, ProtoTypeName } from './document.ts';

/** Where the option for routes is declared. */
export const annotationsPath = 'google/api/annotations.proto';
export const httpExtension: ProtoTypeName = { package: 'google.api', name: 'http', file: annotationsPath };

/** What a file imports: what it uses and nothing else, sorted. */
export function importsOf(file: ProtoFile): readonly string[] {
  const used = file.declarations.flatMap((declaration) => [
    ...typesOf(declaration).flatMap((type) => (type.file === undefined ? [] : [type.file])),
    ...(declaration.kind === 'service' && hasRoutes(declaration) ? [annotationsPath] : []),
  ]);
  return [...new Set(used)].filter((path) => path !== file.path).sort(byText);
}

/** Names of the types of another file that a file uses, sorted. */
export function usedFrom(file: ProtoFile, path: string): readonly string[] {
  const used = file.declarations.flatMap(typesOf).filter((type) => type.file === path);
  return [...new Set(used.map(({ name }) => name))].sort(byText);
}

const hasRoutes = (service: Extract<ProtoDeclaration, { kind: 'service' }>): boolean =>
  service.methods.some((method) => method.routes.length > 0);

function typesOf(declaration: ProtoDeclaration): readonly ProtoTypeName[] {
  switch (declaration.kind) {
    case 'message':
      return declaration.members.flatMap((member) =>
        member.kind === 'oneof' ? member.fields.map(({ type }) => type) : [member.type],
      );
    case 'service':
      return declaration.methods.flatMap(({ request, response }) => [request, response]);
    case 'enum':
      return [];
  }
}
