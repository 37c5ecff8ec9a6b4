import { AstUtils, EMPTY_SCOPE, type ReferenceInfo, type Scope, type ScopeProvider } from 'langium';
import type { Projects } from './projects.ts';

/** What a name means in the project of its file. */
export class ProjectScopes implements ScopeProvider {
  private readonly projects: Projects;

  constructor(projects: Projects) {
    this.projects = projects;
  }

  getScope(context: ReferenceInfo): Scope {
    const { uri } = AstUtils.getDocument(context.container);
    return this.projects.of(uri)?.names.getScope(context) ?? EMPTY_SCOPE;
  }
}
