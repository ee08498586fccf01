import type { Filter } from "../aedes.ts";

/** A subscription that matched a topic. */
export interface Match extends Filter {
  readonly clientId: string;
}

interface Node {
  readonly children: Map<string, Node>;
  readonly matches: Map<string, Match>;
}

/** Subscriptions by filter, matched level by level. */
export interface Trie {
  set(clientId: string, filter: Filter): void;
  delete(clientId: string, topic: string): void;
  /** Every subscription whose filter matches, broadest first. */
  match(topic: string): Match[];
  size(): number;
}

/** Makes an empty trie. */
export function createTrie(): Trie {
  const root = createNode();
  let size = 0;

  function collect(node: Node, levels: readonly string[], depth: number, found: Match[]): void {
    const rest = node.children.get("#");
    if (rest !== undefined) found.push(...rest.matches.values());
    if (depth === levels.length) {
      found.push(...node.matches.values());
      return;
    }
    const one = node.children.get("+");
    if (one !== undefined) collect(one, levels, depth + 1, found);
    const same = node.children.get(levels[depth]!);
    if (same !== undefined) collect(same, levels, depth + 1, found);
  }

  return {
    set(clientId, { topic, qos, rh, rap, nl }) {
      let node = root;
      for (const level of topic.split("/")) {
        let child = node.children.get(level);
        if (child === undefined) {
          child = createNode();
          node.children.set(level, child);
        }
        node = child;
      }
      if (!node.matches.has(clientId)) size++;
      node.matches.set(clientId, { clientId, topic, qos, rh, rap, nl });
    },
    delete(clientId, topic) {
      const path: { node: Node; level: string }[] = [];
      let node = root;
      for (const level of topic.split("/")) {
        const child = node.children.get(level);
        if (child === undefined) return;
        path.push({ node, level });
        node = child;
      }
      if (node.matches.delete(clientId)) size--;
      for (const step of path.reverse()) {
        const child = step.node.children.get(step.level)!;
        if (child.matches.size > 0 || child.children.size > 0) return;
        step.node.children.delete(step.level);
      }
    },
    match(topic) {
      const found: Match[] = [];
      if (size > 0) collect(root, topic.split("/"), 0, found);
      return found;
    },
    size: () => size,
  };
}

function createNode(): Node {
  return { children: new Map(), matches: new Map() };
}
