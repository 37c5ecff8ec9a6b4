/** What the page of a picture knows besides the picture: plain data that stands in the file as JSON. */
export interface PageData {
  readonly title: string;
  /** Of what the picture was laid out from. */
  readonly key: string;
  /** Nodes and groups. */
  readonly nodes: readonly PageNode[];
  readonly edges: readonly PageEdge[];
  /** Findings about what the picture does not show, such as types. */
  readonly elsewhere: readonly PageFinding[];
}

export interface PagePlace {
  readonly file: string;
  readonly line: number;
}

export interface PageFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  readonly at: PagePlace;
}

export interface PageNode {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly string[];
  readonly docs?: string;
  readonly deprecated?: string;
  readonly group?: string;
  readonly owner?: string;
  readonly at: PagePlace;
  /** The longest that one of its operations can wait for others: milliseconds, null where nothing bounds it. Absent where it calls nothing. */
  readonly worst?: number | null;
  readonly findings: readonly PageFinding[];
}

export interface PageEdge {
  readonly id: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  /** One line for each route or event that it stands for. */
  readonly details: readonly string[];
  readonly at: PagePlace;
  /** Each call that it stands for, with all that holds on it. */
  readonly calls: readonly PageCall[];
  /** How many calls one request can become on the worst path over it; null above what can be counted. */
  readonly amplification?: number | null;
  /** The longest that one of its calls can take: milliseconds, null where nothing bounds it. */
  readonly worst?: number | null;
  readonly findings: readonly PageFinding[];
}

export interface PageCall {
  readonly title: string;
  readonly at: PagePlace;
  /** The effective policy, each part with where it comes from. */
  readonly parts: readonly { readonly text: string; readonly from: string }[];
  readonly facts: readonly (readonly [name: string, text: string])[];
}
