import {
  childrenOf,
  isFunction,
  isNode,
  leavesOf,
  nameOf,
  type Node,
} from "./node.ts";
import { type Binding, Scope } from "./scope.ts";

/** Something in a strategy's code that a run cannot do with. */
export interface Finding {
  readonly what:
    /** A name of the module changes while events run. */
    | "variable"
    /** What a name of the module holds changes while events run. */
    | "content"
    /** A field of an object, through `this`. */
    | "field"
    /** A property of something that Breakwater shares. */
    | "global"
    | "async"
    | "import"
    | "eval";
  readonly name: string;
  readonly start: number;
  /** Where the name is declared. */
  readonly declared?: number;
}

/** Methods that change what they are called on. */
const MUTATORS = new Set(
  ("push pop shift unshift splice sort reverse fill copyWithin set add delete clear next " +
    "setFloat64 setInt32 setUint32 setInt8 setUint8").split(" "),
);

/** Methods that call a function that they are given at once. */
const AT_ONCE = new Set(
  "forEach map filter reduce flatMap from some every find sort".split(" "),
);

interface Place {
  readonly scope: Scope;
  /** In a function that runs when an event comes. */
  readonly called: boolean;
  /** `this` is an object that outlives the call. */
  readonly object: boolean;
  /** `indicators` runs for each of many sets of parameters. */
  readonly sweeps: boolean;
}

/**
 * Walks a module for what it keeps outside of its state.
 *
 * @param changing names of classes whose methods change their fields
 * @param sweeps whether it runs with many sets of parameters
 */
export function* walkModule(
  program: Node,
  changing: ReadonlySet<string>,
  sweeps = false,
): Generator<Finding> {
  const scope = new Scope(null, true);
  scope.hoist(program);
  scope.declare(program.body as Node[]);
  const place = { scope, called: false, object: false, sweeps };
  yield* walk(program, place, changing);
}

/** Names of the classes below a node whose methods write to `this`. */
export function changingClasses(node: Node): string[] {
  const own = /^Class/.test(node.type) && isNode(node.id) &&
      (node.body as Node & { body: Node[] }).body.some((member) =>
        member.kind !== "constructor" && isNode(member.value) &&
        isFunction(member.value) && writesThis(member.value)
      )
    ? [nameOf(node.id)!]
    : [];
  return [...own, ...[...childrenOf(node)].flatMap(changingClasses)];
}

function writesThis(node: Node): boolean {
  const target = targetOf(node);
  const calls = node.type === "CallExpression" ? mutated(node) : undefined;
  return [target, calls].some((target) =>
    target !== undefined && rootOf(target).type === "ThisExpression"
  ) || [...childrenOf(node)].some(writesThis);
}

function* walk(
  node: Node,
  place: Place,
  changing: ReadonlySet<string>,
): Generator<Finding> {
  const here = yield* enter(node, place);
  yield* look(node, here, changing);
  const once = !here.called ? runOnce(node, here) : undefined;
  for (const child of childrenOf(node)) {
    if (isFunction(child)) {
      const inner = child === once;
      // Methods of a class change its fields; whoever holds it is looked at.
      const object = child.type === "ArrowFunctionExpression"
        ? here.object
        : node.type === "Property";
      yield* walk(child, {
        ...here,
        scope: new Scope(here.scope, inner),
        called: !inner,
        object,
      }, changing);
    } else yield* walk(child, here, changing);
  }
}

/** A function that runs while the module is loaded. */
function runOnce(node: Node, { sweeps }: Place): Node | undefined {
  if (node.type === "Property" && nameOf(node.key) === "indicators") {
    return sweeps ? undefined : node.value as Node;
  }
  if (node.type !== "CallExpression") return undefined;
  const callee = node.callee as Node;
  if (isFunction(callee)) return callee;
  const at = callee.type === "MemberExpression" &&
    AT_ONCE.has(nameOf(callee.property) ?? "");
  return at ? (node.arguments as Node[]).find(isFunction) : undefined;
}

/** The place within a node. */
function* enter(node: Node, place: Place): Generator<Finding, Place> {
  if (isFunction(node)) {
    if (node.async) yield { what: "async", name: "async", start: node.start };
    place.scope.parameters(node.params as Node[]);
    place.scope.hoist(node.body as Node);
    return place;
  }
  const { type } = node;
  if (type === "BlockStatement" || type === "StaticBlock") {
    const scope = new Scope(place.scope, place.scope.once);
    scope.declare(node.body as Node[]);
    return { ...place, scope };
  }
  if (/^For|^SwitchStatement$|^CatchClause$/.test(type)) {
    const scope = new Scope(place.scope, place.scope.once);
    const head = (node.init ?? node.left) as Node | undefined;
    if (head?.type === "VariableDeclaration") scope.variables(head);
    if (isNode(node.param)) scope.parameters([node.param]);
    for (const { consequent } of (node.cases ?? []) as Node[]) {
      scope.declare(consequent as Node[]);
    }
    return { ...place, scope };
  }
  return place;
}

function* look(
  node: Node,
  place: Place,
  changing: ReadonlySet<string>,
): Generator<Finding> {
  const { start } = node;
  const source = node.source as Node | null | undefined;
  if (/^(?:Import|Export)/.test(node.type) && source) {
    const from = source.type === "Literal" ? String(source.value) : "";
    if (!/^(?:\.{0,2}\/|file:)/.test(from)) {
      yield { what: "import", name: from, start };
    }
  }
  const target = targetOf(node);
  if (target !== undefined) {
    for (const leaf of leavesOf(target)) yield* written(leaf, place);
  }
  if (node.type === "CallExpression" || node.type === "NewExpression") {
    yield* called(node, place, changing);
  }
}

/** What a node assigns to. */
function targetOf(node: Node): Node | undefined {
  switch (node.type) {
    case "AssignmentExpression":
      return node.left as Node;
    case "ForInStatement":
    case "ForOfStatement": {
      const left = node.left as Node;
      return left.type === "VariableDeclaration" ? undefined : left;
    }
    case "UpdateExpression":
      return node.argument as Node;
    case "UnaryExpression":
      return node.operator === "delete" ? node.argument as Node : undefined;
  }
}

function* written(leaf: Node, place: Place): Generator<Finding> {
  if (!place.called) return;
  const root = rootOf(leaf);
  if (root.type === "ThisExpression" && place.object) {
    yield { what: "field", name: "this", start: leaf.start };
  }
  if (root.type !== "Identifier") return;
  const name = String(root.name);
  const binding = place.scope.find(name);
  if (binding === undefined) {
    yield { what: "global", name, start: leaf.start };
  } else if (binding.once) {
    const what = root === leaf ? "variable" : "content";
    yield { what, name, start: leaf.start, declared: binding.start };
  }
}

function* called(
  node: Node,
  { scope, called, object }: Place,
  changing: ReadonlySet<string>,
): Generator<Finding> {
  const callee = node.callee as Node;
  const { start } = node;
  const global = callee.type === "Identifier" &&
      scope.find(String(callee.name)) === undefined
    ? String(callee.name)
    : "";
  if (global === "eval" || global === "Function") {
    yield { what: "eval", name: global, start };
  }
  if (!called) return;
  if (
    callee.type === "MemberExpression" && nameOf(callee.property) === "then"
  ) {
    yield { what: "async", name: "then", start };
  }
  const changed = mutated(node);
  const owner = changed ??
    (callee.type === "MemberExpression" ? callee.object as Node : undefined);
  const root = owner && rootOf(owner);
  if (
    root?.type === "ThisExpression" && object && changed && changed !== root
  ) {
    yield { what: "field", name: "this", start };
  }
  if (root?.type !== "Identifier") return;
  const name = String(root.name);
  const binding = scope.find(name);
  if (!binding?.once || binding.foreign) return;
  if (changed || changesItself(callee, binding, changing)) {
    yield { what: "content", name, start, declared: binding.start };
  }
}

/** What a call changes by its method's name, or by `Object.assign` and the like. */
function mutated({ callee, arguments: given }: Node): Node | undefined {
  const { type, object, property } = callee as Node;
  if (type !== "MemberExpression") return undefined;
  const method = nameOf(property) ?? "";
  const whose = nameOf(object);
  if (whose === "Object" || whose === "Reflect") {
    const writes = /^(?:assign|define|set|delete)/.test(method);
    return writes ? (given as Node[])[0] : undefined;
  }
  return MUTATORS.has(method) ? object as Node : undefined;
}

/** Whether calling a method of what a name holds may change that. */
function changesItself(
  callee: Node,
  { value }: Binding,
  changing: ReadonlySet<string>,
): boolean {
  if (value?.type === "NewExpression") {
    return changing.has(nameOf(value.callee) ?? "");
  }
  const { flags } = (value?.regex ?? { flags: "" }) as { flags: string };
  return /[gy]/.test(flags) &&
    ["test", "exec"].includes(nameOf(callee.property) ?? "");
}

/** The leftmost part of `a.b[c].d`. */
function rootOf(node: Node): Node {
  let at = node;
  while (at.type === "MemberExpression" || at.type === "ChainExpression") {
    at = (at.object ?? at.expression) as Node;
  }
  return at;
}
