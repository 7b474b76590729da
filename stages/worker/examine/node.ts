/** A node of a syntax tree in ESTree's form, as acorn gives it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null &&
    typeof (value as Node).type === "string";
}

/** What a node holds, in the order of the text. */
export function* childrenOf(node: Node): Generator<Node> {
  for (const value of Object.values(node)) {
    if (isNode(value)) yield value;
    else if (Array.isArray(value)) yield* value.filter(isNode);
  }
}

export function isFunction({ type }: Node): boolean {
  return type === "FunctionDeclaration" || type === "FunctionExpression" ||
    type === "ArrowFunctionExpression";
}

/** The name of a key or a member, when it is written out. */
export function nameOf(key: unknown): string | undefined {
  if (!isNode(key)) return undefined;
  if (key.type === "Identifier") return String(key.name);
  return key.type === "Literal" ? String(key.value) : undefined;
}

/** The identifiers that a pattern binds or assigns, and members it assigns. */
export function* leavesOf(pattern: Node): Generator<Node> {
  switch (pattern.type) {
    case "ObjectPattern":
      for (const property of pattern.properties as Node[]) {
        yield* leavesOf((property.value ?? property.argument) as Node);
      }
      return;
    case "ArrayPattern":
      for (const element of pattern.elements as (Node | null)[]) {
        if (element) yield* leavesOf(element);
      }
      return;
    case "RestElement":
      return yield* leavesOf(pattern.argument as Node);
    case "AssignmentPattern":
      return yield* leavesOf(pattern.left as Node);
    default:
      yield pattern;
  }
}
