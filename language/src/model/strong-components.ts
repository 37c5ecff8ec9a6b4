/**
 * The strongly connected components of a graph, callees before callers (Tarjan, "Depth-first search and linear graph
 * algorithms", 1972). Without recursion, so that a chain of any length fits; linear in nodes and edges.
 */
export function strongComponents<Node>(
  nodes: Iterable<Node>,
  next: (node: Node) => readonly Node[],
): readonly (readonly Node[])[] {
  const { all, successors } = numbered(nodes, next);
  return componentsOf(successors).map((component) => component.map((index) => all[index] as Node));
}

/** The components that hold a loop: of several nodes, or of one that leads to itself. Callees before callers. */
export function knotsOf<Node>(
  nodes: Iterable<Node>,
  next: (node: Node) => readonly Node[],
): readonly (readonly Node[])[] {
  const { all, successors } = numbered(nodes, next);
  return componentsOf(successors)
    .filter(([only = -1, ...others]) => others.length > 0 || successors[only]?.includes(only))
    .map((component) => component.map((index) => all[index] as Node));
}

/** All nodes that can be reached, and where each leads, by their indexes. */
function numbered<Node>(
  nodes: Iterable<Node>,
  next: (node: Node) => readonly Node[],
): { readonly all: readonly Node[]; readonly successors: readonly (readonly number[])[] } {
  const indexes = new Map<Node, number>();
  const all: Node[] = [];
  const successors: number[][] = [];
  const indexOf = (node: Node): number => {
    let index = indexes.get(node);
    if (index === undefined) {
      index = all.push(node) - 1;
      indexes.set(node, index);
    }
    return index;
  };
  for (const node of nodes) indexOf(node);
  // What is found on the way stands at the end and has its turn.
  for (const node of all) successors.push(next(node).map(indexOf));
  return { all, successors };
}

/** The strongly connected components of a graph of which it is known where each index leads. */
export function componentsOf(successors: readonly (readonly number[])[]): number[][] {
  const size = successors.length;
  const components: number[][] = [];
  /** When each node was entered, from 1; 0 for those that were not. */
  const entered = new Uint32Array(size);
  const lowest = new Uint32Array(size);
  const onStack = new Uint8Array(size);
  /** How many of its successors each node has been to. */
  const tried = new Uint32Array(size);
  const stack: number[] = [];
  const path: number[] = [];
  let time = 0;

  const enter = (node: number): void => {
    entered[node] = lowest[node] = ++time;
    onStack[node] = 1;
    stack.push(node);
    path.push(node);
  };
  const lower = (node: number, to: number): void => {
    if (to < (lowest[node] as number)) lowest[node] = to;
  };
  const leave = (node: number): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) lower(parent, lowest[node] as number);
    if (lowest[node] !== entered[node]) return;
    const component = stack.splice(stack.lastIndexOf(node));
    for (const member of component) onStack[member] = 0;
    components.push(component);
  };

  for (let root = 0; root < size; root++) {
    if (entered[root] !== 0) continue;
    enter(root);
    for (let node: number | undefined = root; node !== undefined; node = path.at(-1)) {
      const successor: number | undefined = successors[node]?.[tried[node] as number];
      tried[node] = (tried[node] as number) + 1;
      if (successor === undefined) leave(node);
      else if (entered[successor] === 0) enter(successor);
      else if (onStack[successor] === 1) lower(node, entered[successor] as number);
    }
  }
  return components;
}

/** A shortest way from a node back to itself, the node first and not repeated; none where no way leads back. */
export function shortestLoop<Node>(start: Node, next: (node: Node) => Iterable<Node>): Node[] | undefined {
  const cameFrom = new Map<Node, Node>();
  let frontier: Node[] = [start];
  while (frontier.length > 0) {
    const further: Node[] = [];
    for (const node of frontier) {
      for (const neighbour of next(node)) {
        if (neighbour === start) return wayTo(node, start, cameFrom);
        if (cameFrom.has(neighbour)) continue;
        cameFrom.set(neighbour, node);
        further.push(neighbour);
      }
    }
    frontier = further;
  }
  return undefined;
}

function wayTo<Node>(end: Node, start: Node, cameFrom: ReadonlyMap<Node, Node>): Node[] {
  const way = [end];
  for (let node = end; node !== start; ) {
    node = cameFrom.get(node) as Node;
    way.push(node);
  }
  return way.reverse();
}
