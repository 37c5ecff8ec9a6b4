import type { Declarations, Fragment } from './fragment.ts';
import type { FileNames } from './link-names.ts';
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
  MessageShape,
  Operation,
  Override,
  Part,
  Parts,
  Policy,
  PolicyUse,
  Probe,
  Publishes,
  Relation,
  Resource,
  Service,
  System,
  TypeExpression,
  Uses,
} from './model.ts';
import { naming } from './named-in.ts';
import { keyPlace, knownSettings, noMessage, unknownWord } from './problems-of.ts';

/** Looks up the names of one file. What it gives are copies; what holds no name is shared with the fragment. */
export class FileLinker {
  private readonly fragment: Fragment;
  private readonly names: FileNames;

  /** @param names of this file; what is wrong with them is noted there */
  constructor(fragment: Fragment, names: FileNames) {
    this.fragment = fragment;
    this.names = names;
  }

  declarations(): Declarations {
    const { declarations: all } = this.fragment;
    return {
      messages: this.each(all.messages, (message) => this.shape(message)),
      errors: this.each(all.errors, (error) => this.shape(error)),
      events: this.each(all.events, (event) => this.event(event)),
      enums: all.enums,
      aliases: this.each(all.aliases, (alias): Alias => ({ ...alias, type: this.type(alias.type) })),
      policies: this.each(all.policies, (policy) => this.policy(policy)),
      services: this.each(all.services, (service) => this.service(service)),
      resources: this.each(all.resources, (resource) => this.resource(resource)),
      externals: this.each(all.externals, (external) => this.external(external)),
      auths: all.auths,
      gateways: all.gateways.map((gateway) => this.gateway(gateway)),
      contexts: all.contexts.map(
        (context): Context => ({ ...context, services: context.services.map((ref) => this.names.ref(ref, 'service')) }),
      ),
      relations: all.relations.map(
        (relation): Relation => ({
          ...relation,
          from: this.names.ref(relation.from, 'context'),
          to: this.names.ref(relation.to, 'context'),
        }),
      ),
      systems: all.systems.map((system) => this.system(system)),
    };
  }

  /** Each with its names looked up; what it names is noted with it. */
  private each<T extends object>(all: readonly T[], linked: (one: T) => T): readonly T[] {
    return all.map((one) => {
      const found = this.names.found();
      return naming(linked(one), found);
    });
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
    return { ...this.shape(event), ...(event.on ? { on: this.names.ref(event.on, 'resource') } : {}) };
  }

  private type(type: TypeExpression): TypeExpression {
    switch (type.kind) {
      case 'scalar':
        return type;
      case 'named': {
        const ref = this.names.ref(type.ref, 'type');
        return { kind: 'named', ref, ...this.names.kindOf(ref, 'type'), at: type.at };
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
      ...(policy.extends ? { extends: this.names.ref(policy.extends, 'policy') } : {}),
      parts: this.parts(policy.parts),
    };
  }

  private parts(parts: Parts): Parts {
    const value = parts.fallback?.value;
    if (!parts.fallback || value?.to !== 'operation') return parts;
    const operation = this.names.ref(value.operation, 'operation');
    const fallback: Part<'fallback'> = { at: parts.fallback.at, value: { to: 'operation', operation } };
    return { ...parts, fallback };
  }

  private use<T extends { readonly with?: PolicyUse }>(of: T): Pick<T, 'with'> | Record<never, never> {
    const use = of.with;
    if (!use) return {};
    const policy = use.policy && this.names.ref(use.policy, 'policy');
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
      apply: this.names.refs(service.apply, 'policy'),
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
    const next = this.names.problems.length;
    const target = this.names.ref(use.target, 'usable');
    if (this.names.problems.length > next) missing.set(target.name, next);
    return { ...use, target, ...this.names.kindOf(target, 'usable'), ...this.use(use) };
  }

  private probe(probe: Probe): Probe {
    return probe.needs.length === 0 ? probe : { ...probe, needs: this.names.refs(probe.needs, 'usable') };
  }

  private deploy(deploy: Deploy): Deploy {
    const { scale } = deploy;
    if (!scale || scale.lag.length === 0) return deploy;
    const lag = scale.lag.map((one) => ({ ...one, event: this.names.ref(one.event, 'event') }));
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
    return resource.owner ? { ...resource, owner: this.names.ref(resource.owner, 'service') } : resource;
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
      throws: this.names.refs(operation.throws, 'error'),
      auth: this.auths(operation.auth),
      apply: this.names.refs(operation.apply, 'policy'),
      calls: this.calls(operation.calls, missing),
      publishes: this.publishes(operation.publishes),
      parts: this.parts(operation.parts),
    };
  }

  /** What an operation takes or returns; an enum is noted and nothing. */
  private travelling(written: TypeExpression, verb: 'takes' | 'returns'): TypeExpression | undefined {
    const type = this.type(written);
    if (type.kind !== 'named' || type.of !== 'enum') return type;
    this.names.problems.push(noMessage(verb, type.at, false));
    return undefined;
  }

  private consumer(consumer: Consumer, missing: Missing): Consumer {
    return {
      ...consumer,
      event: this.names.ref(consumer.event, 'event'),
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
    const target = this.names.ref(item.target, 'operation', missing.get(name.slice(0, name.lastIndexOf('.'))));
    const service = target.id?.slice(0, target.id.lastIndexOf('.')) ?? this.names.serviceOf(name);
    return { ...item, target, ...(service === undefined ? {} : { service }), ...this.use(item) };
  }

  private publishes(publishes: readonly Publishes[]): readonly Publishes[] {
    return publishes.map((one) => ({ ...one, event: this.names.ref(one.event, 'event') }));
  }

  private auths(auths: readonly AuthUse[]): readonly AuthUse[] {
    return auths.map((one) => (one.none ? one : { ...one, auth: this.names.ref(one.auth, 'auth') }));
  }

  // ── the whole ─────────────────────────────────────────────────────────────────────────────────────────────────────

  private gateway(gateway: Gateway): Gateway {
    return {
      ...gateway,
      serves: gateway.serves.map((one) => {
        const target = this.names.ref(one.target, 'served');
        return { ...one, target, ...this.names.kindOf(target, 'served') };
      }),
      auth: this.auths(gateway.auth),
      apply: this.names.refs(gateway.apply, 'policy'),
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
    const target = this.names.ref(override.target, 'overridden');
    const { of } = this.names.kindOf(target, 'overridden');
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
          this.names.problems.push(unknownWord(setting.key, ofServices, what, keyPlace(setting)));
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
    this.names.problems.push(...problems);
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
