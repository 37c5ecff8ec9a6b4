import { type AstNode, AstUtils, type Cancellation, interruptAndCheck, type LangiumDocument } from 'langium';
import type { InlayHintProvider } from 'langium/lsp';
import { type InlayHint, InlayHintKind, type InlayHintParams, type Range } from 'vscode-languageserver';
import { type CallItem, type Field, isCallItem, isField, isPolicy, type Policy } from '../../grammar/generated/ast.ts';
import { productThrough } from '../../model/amplification.ts';
import { wholePolicy } from '../../model/effective-policy.ts';
import type { Model } from '../../model/model.ts';
import { partNames } from '../../model/model.ts';
import { worstOfCall } from '../../model/worst-case.ts';
import { partText } from '../../rules/explain/part-text.ts';
import { durationText, lastOf } from '../../rules/naming.ts';
import { idOf } from '../declared-id.ts';
import { edgeOf } from '../edge-of.ts';
import type { EditorServices } from '../services.ts';

/** Beside what is written, what it comes to: of calls the worst case and the amplification, of policies what they inherit. */
export class InlayHints implements InlayHintProvider {
  private readonly shared: EditorServices;

  constructor(shared: EditorServices) {
    this.shared = shared;
  }

  async getInlayHints(
    document: LangiumDocument,
    { range }: InlayHintParams,
    cancel?: Cancellation.CancellationToken,
  ): Promise<InlayHint[]> {
    const model = this.shared.editor.Findings.modelOf(document.uri);
    if (!model) return [];
    const hints: InlayHint[] = [];
    for (const node of AstUtils.streamAst(document.parseResult.value, { range })) {
      if (cancel) await interruptAndCheck(cancel);
      hints.push(...hintsOf(model, node));
    }
    return hints.filter(({ position }) => isWithin(position, range));
  }
}

function hintsOf(model: Model, node: AstNode): InlayHint[] {
  if (isCallItem(node)) return hintOfCall(model, node);
  if (isPolicy(node)) return hintOfPolicy(model, node);
  return isField(node) ? hintOfField(node) : [];
}

/** `≤ 2s × 3`: how long it takes at most, and how many calls one request can become on the worst path over it. */
function hintOfCall(model: Model, item: CallItem): InlayHint[] {
  const edge = edgeOf(model, item);
  const end = item.target?.$refNode?.range.end;
  if (!edge || !end) return [];
  const { ms } = worstOfCall(edge);
  const product = productThrough(model, edge);
  const worst = Number.isFinite(ms) ? [`≤ ${durationText(ms)}`] : [];
  const label = [...worst, ...(product > 1 ? [`×${product}`] : [])].join(' ');
  if (label === '') return [];
  return [{ position: end, label, paddingLeft: true }];
}

/** What a policy has of those that it extends. */
function hintOfPolicy(model: Model, policy: Policy): InlayHint[] {
  const id = idOf(policy);
  const end = policy.base?.$refNode?.range.end;
  if (id === undefined || !end) return [];
  const whole = wholePolicy(model, id);
  const inherited = partNames.flatMap((name) => {
    const part = whole[name];
    return part && part.from.policy !== id ? [{ text: partText(name, part.value), from: part.from.policy ?? '' }] : [];
  });
  if (inherited.length === 0) return [];
  const value = inherited.map(({ text, from }) => `- \`${text}\` of \`${lastOf(from)}\``).join('\n');
  const label = inherited.map(({ text }) => text.split(' {')[0]).join(', ');
  return [{ position: end, label: `+ ${label}`, paddingLeft: true, tooltip: { kind: 'markdown', value } }];
}

/** The number that a field without one would be given. */
function hintOfField(field: Field): InlayHint[] {
  if (field.number !== undefined || !field.type?.$cstNode) return [];
  const fields = siblings(field);
  const taken = fields.flatMap(({ number }) => (number === undefined ? [] : [Number(number)]));
  const before = fields.filter((one) => one.number === undefined).indexOf(field);
  const number = Math.max(0, ...taken) + 1 + before;
  const position = field.type.$cstNode.range.end;
  return [
    {
      position,
      label: `= ${number}`,
      kind: InlayHintKind.Parameter,
      paddingLeft: true,
      textEdits: [{ range: { start: position, end: position }, newText: ` = ${number}` }],
    },
  ];
}

function siblings(field: Field): readonly Field[] {
  const { $container: owner } = field;
  const shape: AstNode = owner.$type === 'Oneof' ? owner.$container : owner;
  return AstUtils.streamAllContents(shape).filter(isField).toArray();
}

function isWithin(position: Range['start'], { start, end }: Range): boolean {
  const isAfter = (one: Range['start'], other: Range['start']): boolean =>
    one.line > other.line || (one.line === other.line && one.character > other.character);
  return !isAfter(start, position) && !isAfter(position, end);
}
