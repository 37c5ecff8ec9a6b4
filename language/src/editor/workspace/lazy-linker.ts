import { DefaultLinker, isLinkingError, type LangiumDocument, type Reference, type ReferenceInfo } from 'langium';

/** As Langium's references are inside. */
interface Linked extends Reference {
  _ref?: unknown;
  _nodeDescription?: unknown;
}

/** Looks names up, and loads what they mean when somebody asks for it: it may stand in a file that nobody has open. */
export class LazyLinker extends DefaultLinker {
  protected override doLink(info: ReferenceInfo, document: LangiumDocument): void {
    const reference = info.reference as Linked;
    if (reference._ref !== undefined || reference._nodeDescription !== undefined) return;
    const found = this.getCandidate(info);
    if (isLinkingError(found)) reference._ref = found;
    else reference._nodeDescription = found;
    document.references.push(reference);
  }
}
