import type { Declarations, Fragment } from './fragment.ts';
import type {
  Alias,
  AuthUse,
  CallItem,
  Calls,
  Consumer,
  Context,
  Deploy,
  EventMessage,
  External,
  Field,
  Gateway,
  ImportClause,
  MessageShape,
  Operation,
  Override,
  Part,
  Parts,
  Policy,
  PolicyUse,
  Probe,
  Problem,
  Publishes,
  Ref,
  Relation,
  Resource,
  Service,
  SourceFile,
  System,
  TypeExpression,
  Uses,
} from './model.ts';
import type { DeclaredName, DeclaredNames, KindOf, NameSpace, Wanted } from './names-in-scope.ts';
import { listed, type Mend, mendName } from './nearest.ts';
import { keyPlace, knownSettings, noMessage, unknownWord } from './problems-of.ts';
import type { Unresolved } from './unresolved.ts';

/** Looks up the names of one file. What it gives are copies; what holds no name is shared with the fragment. */
export class FileLinker {
  readonly problems: Problem[] = [];
  private readonly fragment: Fragment;
  private readonly names: DeclaredNames;
  private readonly unresolved: Unresolved;
  private readonly space: NameSpace;
  private readonly known = new Map<Wanted, Map<string, readonly DeclaredName[]>>();
  /** Names that an import should have brought and has not: said there, and not again wherever they stand. */
  private readonly notImported = new Set<string>();
  /** By such a name, the problem that says so. */
  private readonly toldAt = new Map<string, number>();

  constructor(fragment: Fragment, names: DeclaredNames, unresolved: Unresolved) {
    this.fragment = fragment;
    this.names = names;
    this.unresolved = unresolved;
    this.space = spaceOf(fragment);
  }

  /** The file's package and imports. To be asked before the declarations: what an import lacks is said once. */
  header(): SourceFile {
    const { path, package: own, packageAt, imports } = this.fragment;
    return {
      path,
      package: own,
      ...(packageAt ? { packageAt } : {}),
      imports: imports.map((clause) => this.importClause(clause)),
    };
  }

  declarations(): Declarations {
    const { declarations: all } = this.fragment;
    return {
      messages: all.messages.map((message) => this.shape(message)),
      errors: all.errors.map((error) => this.shape(error)),
      events: all.events.map((event) => this.event(event)),
      enums: all.enums,
      aliases: all.aliases.map((alias): Alias => ({ ...alias, type: this.type(alias.type) })),
      policies: all.policies.map((policy) => this.policy(policy)),
      services: all.services.map((service) => this.service(service)),
      resources: all.resources.map((resource) => this.resource(resource)),
      externals: all.externals.map((external) => this.external(external)),
      auths: all.auths,
      gateways: all.gateways.map((gateway) => this.gateway(gateway)),
      contexts: all.contexts.map(
        (context): Context => ({ ...context, services: context.services.map((ref) => this.ref(ref, 'service')) }),
      ),
      relations: all.relations.map(
        (relation): Relation => ({
          ...relation,
          from: this.ref(relation.from, 'context'),
          to: this.ref(relation.to, 'context'),
        }),
      ),
      systems: all.systems.map((system) => this.system(system)),
    };
  }

  // ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private importClause(clause: ImportClause): ImportClause {
    const { package: from, packageAt, names = [] } = clause;
    const found = this.names.hasPackage(from);
    if (!found) {
      const message = `there is no package \`${from}\` in this project`;
      const has = (near: string): boolean =>
        names.every(({ value }) => this.names.declarations(`${near}.${value}`).length > 0);
      const write = (near: string) => (has(near) ? [{ at: packageAt, text: near }] : []);
      this.unresolvedImport(message, packageAt, mendName(from, this.names.packageNames(), packageAt, write));
    }
    for (const { value, at } of names) {
      if (this.names.declarations(`${from}.${value}`).length > 0) continue;
      this.notImported.add(value);
      if (!found) continue;
      this.toldAt.set(value, this.problems.length);
      const mend = mendName(value, this.names.namesIn(from), at);
      this.unresolvedImport(`package \`${from}\` has no \`${value}\``, at, mend);
    }
    return { ...clause, found };
  }

  private unresolvedImport(message: string, at: Problem['at'], mend: Mend): void {
    this.problems.push({ rule: 'unresolved-reference', message, at, ...mend });
  }

  /** Who writes another name where one is missing has to mend those who rely on it: no fix can be offered. */
  private relyOn(index: number): void {
    const problem = this.problems[index];
    if (!problem?.fixes) return;
    const { fixes: all, ...rest } = problem;
    const fixes = all.filter(({ edits }) => !edits.some(({ at }) => at === problem.at));
    this.problems[index] = { ...rest, ...(fixes.length === 0 ? {} : { fixes }) };
  }

  private meanings(name: string, wanted: Wanted): readonly DeclaredName[] {
    let known = this.known.get(wanted);
    if (!known) {
      known = new Map();
      this.known.set(wanted, known);
    }
    let meanings = known.get(name);
    if (!meanings) {
      meanings = this.names.meanings(this.space, name, wanted);
      known.set(name, meanings);
    }
    return meanings;
  }

  /**
   * A reference with the full name of its target; one that means nothing, or two things, is noted unless the problem
   * `told` says so already.
   */
  private ref(ref: Ref, wanted: Wanted, told?: number): Ref {
    const { name, at } = ref;
    // Broken text can leave a reference without a name.
    if (name === '') return ref;
    const meanings = this.meanings(name, wanted);
    const [first] = meanings;
    if (first && meanings.every((other) => other.name === first.name)) return { name, id: first.name, at };
    if (first) this.problems.push(ambiguous(name, [...new Set(meanings.map((one) => one.name))], at));
    else {
      const [imported = ''] = name.split('.', 1);
      const cause = told ?? this.toldAt.get(imported);
      if (cause !== undefined) this.relyOn(cause);
      else if (!this.notImported.has(imported)) {
        this.problems.push(this.unresolved.problem(this.fragment, this.space, name, wanted, at));
      }
    }
    return ref;
  }

  private refs(refs: readonly Ref[], wanted: Wanted): readonly Ref[] {
    return refs.map((ref) => this.ref(ref, wanted));
  }

  /** What a resolved reference leads to. */
  private kindOf<W extends Wanted>({ name, id }: Ref, wanted: W): { readonly of?: KindOf<W> } {
    const kind = id === undefined ? undefined : this.meanings(name, wanted)[0]?.kind;
    return kind === undefined ? {} : { of: kind as KindOf<W> };
  }

  // ── types ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private shape<T extends MessageShape>(message: T): T {
    return { ...message, fields: message.fields.map((field) => this.field(field)) };
  }

  private field(field: Field): Field {
    const type = this.type(field.type);
    return type === field.type ? field : { ...field, type };
  }

  private event(event: EventMessage): EventMessage {
    return { ...this.shape(event), ...(event.on ? { on: this.ref(event.on, 'resource') } : {}) };
  }

  private type(type: TypeExpression): TypeExpression {
    switch (type.kind) {
      case 'scalar':
        return type;
      case 'named': {
        const ref = this.ref(type.ref, 'type');
        return { kind: 'named', ref, ...this.kindOf(ref, 'type'), at: type.at };
      }
      case 'map': {
        const key = this.type(type.key);
        const value = this.type(type.value);
        return key === type.key && value === type.value ? type : { ...type, key, value };
      }
      case 'list': {
        const element = this.type(type.element);
        return element === type.element ? type : { ...type, element };
      }
    }
  }

  // ── policies ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private policy(policy: Policy): Policy {
    return {
      ...policy,
      ...(policy.extends ? { extends: this.ref(policy.extends, 'policy') } : {}),
      parts: this.parts(policy.parts),
    };
  }

  private parts(parts: Parts): Parts {
    const value = parts.fallback?.value;
    if (!parts.fallback || value?.to !== 'operation') return parts;
    const operation = this.ref(value.operation, 'operation');
    const fallback: Part<'fallback'> = { at: parts.fallback.at, value: { to: 'operation', operation } };
    return { ...parts, fallback };
  }

  private use<T extends { readonly with?: PolicyUse }>(of: T): Pick<T, 'with'> | Record<never, never> {
    const use = of.with;
    if (!use) return {};
    const policy = use.policy && this.ref(use.policy, 'policy');
    return { with: { ...(policy ? { policy } : {}), parts: this.parts(use.parts), at: use.at } };
  }

  // ── services ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private service(service: Service): Service {
    const missing = new Map<string, number>();
    const uses = service.uses.map((use) => this.uses(use, missing));
    const { health, deploy } = service;
    return {
      ...service,
      uses,
      config: service.config.map((entry) =>
        entry.type === 'secret' ? entry : { ...entry, type: this.type(entry.type) },
      ),
      auth: this.auths(service.auth),
      apply: this.refs(service.apply, 'policy'),
      parts: this.parts(service.parts),
      operations: service.operations.map((operation) => this.operation(operation, missing)),
      consumers: service.consumers.map((consumer) => this.consumer(consumer, missing)),
      health: {
        ...(health.live ? { live: this.probe(health.live) } : {}),
        ...(health.ready ? { ready: this.probe(health.ready) } : {}),
        ...(health.startup ? { startup: this.probe(health.startup) } : {}),
      },
      ...(deploy ? { deploy: this.deploy(deploy) } : {}),
    };
  }

  private uses(use: Uses, missing: Map<string, number>): Uses {
    const next = this.problems.length;
    const target = this.ref(use.target, 'usable');
    if (this.problems.length > next) missing.set(target.name, next);
    return { ...use, target, ...this.kindOf(target, 'usable'), ...this.use(use) };
  }

  private probe(probe: Probe): Probe {
    return probe.needs.length === 0 ? probe : { ...probe, needs: this.refs(probe.needs, 'usable') };
  }

  private deploy(deploy: Deploy): Deploy {
    const { scale } = deploy;
    if (!scale || scale.lag.length === 0) return deploy;
    const lag = scale.lag.map((one) => ({ ...one, event: this.ref(one.event, 'event') }));
    return { ...deploy, scale: { ...scale, lag } };
  }

  private external(external: External): External {
    return {
      ...external,
      parts: this.parts(external.parts),
      operations: external.operations.map((operation) => this.operation(operation, nothing)),
      publishes: this.publishes(external.publishes),
    };
  }

  private resource(resource: Resource): Resource {
    return resource.owner ? { ...resource, owner: this.ref(resource.owner, 'service') } : resource;
  }

  private operation(operation: Operation, missing: Missing): Operation {
    const { result, parameters, ...rest } = operation;
    const returned = result && this.travelling(result.type, 'returns');
    const taken =
      parameters.kind === 'message'
        ? this.travelling(parameters.type, 'takes')
        : parameters.fields.map((field) => this.field(field));
    return {
      ...rest,
      parameters:
        taken === undefined || Array.isArray(taken)
          ? { kind: 'inline', fields: taken ?? [] }
          : { ...(parameters as Extract<typeof parameters, { kind: 'message' }>), type: taken as TypeExpression },
      ...(returned && result ? { result: { type: returned, stream: result.stream } } : {}),
      throws: this.refs(operation.throws, 'error'),
      auth: this.auths(operation.auth),
      apply: this.refs(operation.apply, 'policy'),
      calls: this.calls(operation.calls, missing),
      publishes: this.publishes(operation.publishes),
      parts: this.parts(operation.parts),
    };
  }

  /** What an operation takes or returns; an enum is noted and nothing. */
  private travelling(written: TypeExpression, verb: 'takes' | 'returns'): TypeExpression | undefined {
    const type = this.type(written);
    if (type.kind !== 'named' || type.of !== 'enum') return type;
    this.problems.push(noMessage(verb, type.at, false));
    return undefined;
  }

  private consumer(consumer: Consumer, missing: Missing): Consumer {
    return {
      ...consumer,
      event: this.ref(consumer.event, 'event'),
      calls: this.calls(consumer.calls, missing),
      publishes: this.publishes(consumer.publishes),
      parts: this.parts(consumer.parts),
    };
  }

  private calls(calls: Calls, missing: Missing): Calls {
    return calls.map((group) => group.map((item) => this.callItem(item, missing)));
  }

  /** What `uses` names in vain is not told again at each call. */
  private callItem(item: CallItem, missing: Missing): CallItem {
    const { name } = item.target;
    const target = this.ref(item.target, 'operation', missing.get(name.slice(0, name.lastIndexOf('.'))));
    const service = target.id?.slice(0, target.id.lastIndexOf('.')) ?? this.unresolved.serviceOf(this.space, name);
    return { ...item, target, ...(service === undefined ? {} : { service }), ...this.use(item) };
  }

  private publishes(publishes: readonly Publishes[]): readonly Publishes[] {
    return publishes.map((one) => ({ ...one, event: this.ref(one.event, 'event') }));
  }

  private auths(auths: readonly AuthUse[]): readonly AuthUse[] {
    return auths.map((one) => (one.none ? one : { ...one, auth: this.ref(one.auth, 'auth') }));
  }

  // ── the whole ─────────────────────────────────────────────────────────────────────────────────────────────────────

  private gateway(gateway: Gateway): Gateway {
    return {
      ...gateway,
      serves: gateway.serves.map((one) => {
        const target = this.ref(one.target, 'served');
        return { ...one, target, ...this.kindOf(target, 'served') };
      }),
      auth: this.auths(gateway.auth),
      apply: this.refs(gateway.apply, 'policy'),
      parts: this.parts(gateway.parts),
    };
  }

  private system(system: System): System {
    return {
      ...system,
      defaults: this.parts(system.defaults),
      environments: system.environments.map((environment) => ({
        ...environment,
        overrides: environment.overrides.map((one) => this.override(one)),
      })),
    };
  }

  private override(override: Override): Override {
    const target = this.ref(override.target, 'overridden');
    const { of } = this.kindOf(target, 'overridden');
    const { deploy, config } = override;
    const settings = this.overridden(override.settings, of);
    return { ...override, target, ...(of ? { of } : {}), deploy: this.deploy(deploy), config, settings };
  }

  /** Services say in `deploy` and `config` what may differ; resources have settings of their own kind. */
  private overridden(settings: Override['settings'], of: Override['of']): Override['settings'] {
    switch (of) {
      case 'service':
        for (const setting of settings) {
          if (ofServices.includes(setting.key)) continue;
          const what = 'setting of a service in an environment';
          this.problems.push(unknownWord(setting.key, ofServices, what, keyPlace(setting)));
        }
        return [];
      case 'gateway':
        return this.keep(settings, ['host', 'port'], 'a gateway in an environment');
      case 'external':
        return this.keep(settings, ['url'], 'an external in an environment');
      default:
        return settings;
    }
  }

  private keep(settings: Override['settings'], keys: readonly string[], what: string): Override['settings'] {
    const { known, problems } = knownSettings(settings, keys, what);
    this.problems.push(...problems);
    return known;
  }
}

/** Names in `uses` that mean nothing, and which problem says so. */
type Missing = ReadonlyMap<string, number>;
const nothing: Missing = new Map();

const ofServices: readonly string[] = [
  'replicas',
  'scale',
  'resources',
  'rollout',
  'spread',
  'disruption',
  'drain',
  'config',
];

function spaceOf(fragment: Fragment): NameSpace {
  return {
    package: fragment.package,
    imports: fragment.imports.map(({ package: from, names }) => ({
      package: from,
      ...(names ? { names: names.map(({ value }) => value) } : {}),
    })),
  };
}

function ambiguous(name: string, full: readonly string[], at: Problem['at']): Problem {
  const first = full[0] as string;
  const clause = `import ${first.slice(0, first.lastIndexOf('.'))}.{${name.split('.')[0]}}`;
  return {
    rule: 'ambiguous-import',
    message: `\`${name}\` comes from two imports: it could be ${listed(full, 'or')}`,
    at,
    hint: `Write it in full, or import it by name from one of them: \`${clause}\`.`,
  };
}
