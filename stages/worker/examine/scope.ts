import { childrenOf, isFunction, leavesOf, nameOf, type Node } from "./node.ts";

/** A name and what it stands for. */
export interface Binding {
  /** There is one of it for the whole run, not one for each call. */
  readonly once: boolean;
  /** `import * as name`, or something of the engine: no data of the strategy's. */
  readonly foreign: boolean;
  /** What a `const` or `let` begins with. */
  readonly value?: Node;
  /** Where it is declared. */
  readonly start: number;
}

/** Names that are visible somewhere. */
export class Scope {
  /** Its names live as long as the module, not as a call. */
  readonly once: boolean;
  readonly #names = new Map<string, Binding>();
  readonly #outer: Scope | null;

  constructor(outer: Scope | null, once: boolean) {
    this.#outer = outer;
    this.once = once;
  }

  find(name: string): Binding | undefined {
    return this.#names.get(name) ?? this.#outer?.find(name);
  }

  /** Takes in what a list of statements declares. */
  declare(statements: readonly Node[]): void {
    for (const statement of statements) {
      const declared = (statement.type.startsWith("Export")
        ? statement.declaration
        : statement) as Node | null;
      if (declared?.type === "VariableDeclaration") {
        this.variables(declared);
      }
      if (/^(?:Function|Class)Declaration$/.test(declared?.type ?? "")) {
        this.#add(declared!.id as Node | null, declared!);
      }
      if (statement.type === "ImportDeclaration") {
        this.#imports(statement);
      }
    }
  }

  /** Takes in every `var` below a node, up to the next function. */
  hoist(node: Node): void {
    for (const child of childrenOf(node)) {
      if (isFunction(child)) continue;
      if (child.type === "VariableDeclaration" && child.kind === "var") {
        this.variables(child);
      }
      this.hoist(child);
    }
  }

  variables(declaration: Node): void {
    for (const { id, init } of declaration.declarations as Node[]) {
      for (const leaf of leavesOf(id as Node)) {
        this.#add(leaf, leaf === id ? init as Node | null : null);
      }
    }
  }

  parameters(patterns: readonly Node[]): void {
    for (const pattern of patterns) {
      for (const leaf of leavesOf(pattern)) this.#add(leaf, null);
    }
  }

  #imports({ specifiers, source }: Node): void {
    const engine = /(?:^|\/)engine\//.test(String((source as Node).value));
    for (const { type, local } of specifiers as Node[]) {
      const foreign = engine || type === "ImportNamespaceSpecifier";
      this.#add(local as Node, null, foreign);
    }
  }

  #add(id: Node | null, value: Node | null, foreign = false): void {
    const name = nameOf(id);
    if (name === undefined || id === null) return;
    this.#names.set(name, {
      once: this.once,
      foreign,
      start: id.start,
      ...(value === null ? {} : { value }),
    });
  }
}
