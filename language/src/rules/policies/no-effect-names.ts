import { indexOf } from '../../model/index-of.ts';
import type { Fix, Gateway, Model, Place, Ref, Resource } from '../../model/model.ts';
import { mendName } from '../../model/nearest.ts';
import { keyPlace } from '../../model/problems-of.ts';
import { knownResourceTypes, resourceKind } from '../../model/resource-kind.ts';
import { callersOf, ownersOf } from '../model-parts.ts';
import type { Report } from '../rule.ts';

type Reporter = Report<'no-effect'>;

/** Names that are listed twice, or that nothing downstream knows. */
export function noEffectOfNames(model: Model, report: Reporter): void {
  for (const owner of ownersOf(model)) {
    for (const { throws } of owner.operations) listedTwice(throws, report, withoutComma);
    for (const { publishes } of callersOf(owner)) {
      if (publishes.length < 2) continue;
      listedTwice(
        publishes.map(({ event }) => event),
        report,
      );
    }
  }
  for (const { services } of model.contexts) listedTwice(services, report, withoutComma);
  for (const gateway of model.gateways) inGateway(model, gateway, report);
  for (const resource of model.resources) inResource(resource, report);
}

const noFix = (): Fix[] => [];

function listedTwice(
  refs: readonly Ref[],
  report: Reporter,
  fixesOf: (before: Place, at: Place) => Fix[] = noFix,
): void {
  if (refs.length < 2) return;
  const firsts = new Map<string, Ref>();
  for (const [i, ref] of refs.entries()) {
    const first = firsts.get(ref.id ?? '');
    if (ref.id !== undefined && first)
      twice(ref.name, ref.at, first.at, fixesOf(refs[i - 1]?.at ?? first.at, ref.at), report);
    else if (ref.id !== undefined) firsts.set(ref.id, ref);
  }
}

function twice(what: string, at: Place, first: Place, fixes: readonly Fix[], report: Reporter): void {
  report({
    at,
    values: { what, why: 'it is listed already', hint: 'Name it once.' },
    related: [{ message: 'it is listed here', at: first }],
    fixes,
  });
}

/** Takes a name out of a list, with the comma before it. */
const withoutComma = (before: Place, at: Place): Fix[] => [
  { title: 'Name it once', edits: [{ at: { ...at, start: before.end }, text: '' }] },
];

function inGateway(model: Model, { hosts, serves }: Gateway, report: Reporter): void {
  const { operations, externals } = indexOf(model);
  const firsts = new Map<string, Place>();
  for (const { value, at } of hosts) {
    const first = firsts.get(value.toLowerCase());
    if (first) twice(value, at, first, [], report);
    else firsts.set(value.toLowerCase(), at);
  }
  listedTwice(
    serves.map(({ target }) => target),
    report,
  );
  for (const { target, of } of serves) {
    const external = of === 'operation' ? externals.get(operations.get(target.id ?? '')?.service ?? '') : undefined;
    if (!external) continue;
    const why = `others run \`${external.name}\`, and a gateway leads to services of this system`;
    const hint = 'Serve an operation of a service that calls it.';
    report({ at: target.at, values: { what: target.name, why, hint } });
  }
}

/** Settings of resources that something downstream looks at. */
const knownSettings = ['version', 'storage', 'owner', 'port'];

/** Resources may be of any kind and have settings of their own: only what looks like a slip is told. */
function inResource({ type, settings }: Resource, report: Reporter): void {
  const slip = (name: string, known: readonly string[], at: Place, why: string): void => {
    const { hint, fixes = [] } = mendName(name, known, at);
    if (hint !== undefined) report({ at, values: { what: name, why, hint }, fixes });
  };
  if (resourceKind(type.value) === 'store') {
    slip(type.value, knownResourceTypes, type.at, 'it is no kind of resource that has a meaning of its own');
  }
  for (const setting of settings) {
    if (knownSettings.includes(setting.key)) continue;
    slip(setting.key, knownSettings, keyPlace(setting), 'nothing looks at a setting of this name');
  }
}
