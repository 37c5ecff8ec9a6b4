/**
 * The strongly connected components of a graph, callees before callers (Tarjan, "Depth-first search and linear graph
 * algorithms", 1972). Without recursion, so that a chain of any length fits; linear in nodes and edges.
 */
export function strongComponents<Node>(
  nodes: Iterable<Node>,
  next: (node: Node) => Iterable<Node>,
): readonly (readonly Node[])[] {
  const components: Node[][] = [];
  const indexes = new Map<Node, number>();
  const lowest = new Map<Node, number>();
  const onStack = new Set<Node>();
  const stack: Node[] = [];
  const work: { readonly node: Node; readonly rest: Iterator<Node> }[] = [];

  const enter = (node: Node): void => {
    indexes.set(node, indexes.size);
    lowest.set(node, indexes.size - 1);
    stack.push(node);
    onStack.add(node);
    work.push({ node, rest: next(node)[Symbol.iterator]() });
  };
  const lower = (node: Node, to: number): void => {
    if (to < (lowest.get(node) as number)) lowest.set(node, to);
  };
  const leave = (node: Node): void => {
    work.pop();
    const parent = work.at(-1);
    if (parent) lower(parent.node, lowest.get(node) as number);
    if (lowest.get(node) !== indexes.get(node)) return;
    const component = stack.splice(stack.lastIndexOf(node));
    for (const member of component) onStack.delete(member);
    components.push(component);
  };

  for (const root of nodes) {
    if (indexes.has(root)) continue;
    enter(root);
    for (let top = work.at(-1); top; top = work.at(-1)) {
      const { done, value } = top.rest.next();
      if (done) leave(top.node);
      else if (!indexes.has(value)) enter(value);
      else if (onStack.has(value)) lower(top.node, indexes.get(value) as number);
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
