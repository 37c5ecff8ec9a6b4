import { DeclaredNames, type Wanted } from './names-in-scope.ts';

/** The names of a project for one file, which notes what that file has asked for: where none of it changes, nor does the file. */
export class AskedNames extends DeclaredNames {
  /** Full names, and packages as `packageKey` has them, whether they are there or not. */
  readonly asked = new Set<string>();
  /** Has it looked through names for one that is near? Then any other may matter. */
  hasSearched = false;
  private readonly project: DeclaredNames;

  constructor(project: DeclaredNames) {
    super([]);
    this.project = project;
  }

  override declarations(fullName: string): ReturnType<DeclaredNames['declarations']> {
    this.asked.add(fullName);
    return this.project.declarations(fullName);
  }

  override hasPackage(name: string): boolean {
    this.asked.add(packageKey(name));
    return this.project.hasPackage(name);
  }

  override packageNames(): Iterable<string> {
    return this.searched().packageNames();
  }

  override namesIn(name: string): string[] {
    return this.searched().namesIn(name);
  }

  override byShortName(wanted: Wanted): ReadonlyMap<string, readonly string[]> {
    return this.searched().byShortName(wanted);
  }

  override operationsOf(service: string): string[] {
    return this.searched().operationsOf(service);
  }

  private searched(): DeclaredNames {
    this.hasSearched = true;
    return this.project;
  }
}

/** No name has a space in it. */
export const packageKey = (name: string): string => `package ${name}`;
