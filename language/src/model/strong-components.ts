/**
 * The strongly connected components of a graph, callees before callers (Tarjan, "Depth-first search and linear graph
 * algorithms", 1972). Without recursion, so that a chain of any length fits; linear in nodes and edges.
 */
export function strongComponents<Node>(nodes: Iterable<Node>, next: (node: Node) => readonly Node[]): Node[][] {
  const { all, successors } = numbered(nodes, next);
  return named(
    all,
    componentsOf(all.length, (node, i) => successors[node]?.[i]),
  );
}

/** The components that hold a loop: of several nodes, or of one that leads to itself. Callees before callers. */
export function knotsOf<Node>(nodes: Iterable<Node>, next: (node: Node) => readonly Node[]): Node[][] {
  const { all, successors } = numbered(nodes, next);
  const components = componentsOf(all.length, (node, i) => successors[node]?.[i]);
  return named(all, components, (only) => successors[only]?.includes(only) === true);
}

/** @param isLoop leaves out components of one node unless it says so */
function named<Node>(
  all: readonly Node[],
  { members, ends }: Components,
  isLoop = (_: number): boolean => true,
): Node[][] {
  const components: Node[][] = [];
  let start = 0;
  for (const end of ends) {
    if (end - start > 1 || isLoop(members[start] as number)) {
      components.push(members.slice(start, end).map((index) => all[index] as Node));
    }
    start = end;
  }
  return components;
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

/** The components of a graph whose nodes are numbers, callees before callers: their members side by side. */
export interface Components {
  readonly members: readonly number[];
  /** Of each component, where the next one begins in `members`. */
  readonly ends: readonly number[];
}

/**
 * The strongly connected components of a graph of the nodes 0, 1, …
 *
 * @param successor where a node leads to, the first at 0; nothing behind the last
 */
export function componentsOf(size: number, successor: (node: number, index: number) => number | undefined): Components {
  const members: number[] = [];
  const ends: number[] = [];
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
    time++;
    entered[node] = time;
    lowest[node] = time;
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
    const from = stack.lastIndexOf(node);
    for (let i = from; i < stack.length; i++) {
      members.push(stack[i] as number);
      onStack[stack[i] as number] = 0;
    }
    stack.length = from;
    ends.push(members.length);
  };

  for (let root = 0; root < size; root++) {
    if (entered[root] !== 0) continue;
    enter(root);
    for (let node: number | undefined = root; node !== undefined; node = path.at(-1)) {
      const to = successor(node, tried[node] as number);
      tried[node] = (tried[node] as number) + 1;
      if (to === undefined) leave(node);
      else if (entered[to] === 0) enter(to);
      else if (onStack[to] === 1) lower(node, entered[to] as number);
    }
  }
  return { members, ends };
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
