import jsep from "jsep";

/** What a name in an expression stands for. */
export type Scope = Readonly<Record<string, unknown>>;

/** What is wrong with an expression; `name` is set when a name is not known. */
export interface ExpressionProblem {
  readonly message: string;
  readonly name?: string;
}

/**
 * A small expression over named values: numbers, texts in quotes, true, false,
 * `+ - * / % **`, comparisons, `&& || !`, `a ? b : c`, and the functions `min`,
 * `max`, `abs`, `sqrt`, `log`. It is read as a tree and walked, never run as
 * code.
 */
export class Expression {
  readonly text: string;
  readonly #tree: jsep.Expression;

  private constructor(text: string, tree: jsep.Expression) {
    this.text = text;
    this.#tree = tree;
  }

  /** @param names that it may use */
  static read(
    text: string,
    names: readonly string[],
  ): Expression | ExpressionProblem {
    let tree: jsep.Expression;
    try {
      tree = jsep(text);
    } catch (error) {
      return { message: (error as Error).message };
    }
    const problem = problemOf(tree, names);
    return problem ?? new Expression(text, tree);
  }

  /** Its value; null when a number that it needs is null, NaN or not finite. */
  of(scope: Scope): unknown {
    const value = valueOf(this.#tree, scope);
    return typeof value === "number" && !Number.isFinite(value) ? null : value;
  }
}

const FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  min: Math.min,
  max: Math.max,
  abs: Math.abs,
  sqrt: Math.sqrt,
  log: Math.log,
};

type Operation = (a: number, b: number) => unknown;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "**": (a, b) => a ** b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "===": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "!==": (a, b) => a !== b,
};

function problemOf(
  node: jsep.Expression,
  names: readonly string[],
): ExpressionProblem | null {
  const first = (...nodes: jsep.Expression[]) => {
    for (const each of nodes) {
      const problem = problemOf(each, names);
      if (problem) return problem;
    }
    return null;
  };
  switch (node.type) {
    case "Literal":
      return null;
    case "Identifier": {
      const name = String(node.name);
      return names.includes(name) ? null : {
        name,
        message: `there is no ${name} among ${names.join(", ")}`,
      };
    }
    case "UnaryExpression":
      return ["-", "+", "!"].includes(String(node.operator))
        ? first(node.argument as jsep.Expression)
        : { message: `${node.operator} is not known` };
    case "BinaryExpression": {
      const operator = String(node.operator);
      return Object.hasOwn(OPERATIONS, operator) || LOGICAL.includes(operator)
        ? first(node.left as jsep.Expression, node.right as jsep.Expression)
        : { message: `${operator} is not known` };
    }
    case "ConditionalExpression":
      return first(
        node.test as jsep.Expression,
        node.consequent as jsep.Expression,
        node.alternate as jsep.Expression,
      );
    case "CallExpression": {
      const callee = node.callee as jsep.Expression;
      const name = callee.type === "Identifier" ? String(callee.name) : "it";
      return Object.hasOwn(FUNCTIONS, name)
        ? first(...node.arguments as jsep.Expression[])
        : {
          message: `${name} is no function: there are ${
            Object.keys(FUNCTIONS).join(", ")
          }`,
        };
    }
    default:
      return { message: "it must be one expression of numbers and names" };
  }
}

const LOGICAL = ["&&", "||"];

function valueOf(node: jsep.Expression, scope: Scope): unknown {
  switch (node.type) {
    case "Literal":
      return node.value;
    case "Identifier":
      return scope[String(node.name)] ?? null;
    case "UnaryExpression": {
      const value = valueOf(node.argument as jsep.Expression, scope);
      if (node.operator === "!") return !value;
      if (value === null) return null;
      return node.operator === "-" ? -Number(value) : Number(value);
    }
    case "ConditionalExpression":
      return valueOf(
        (valueOf(node.test as jsep.Expression, scope)
          ? node.consequent
          : node.alternate) as jsep.Expression,
        scope,
      );
    case "CallExpression": {
      const args = (node.arguments as jsep.Expression[]).map((each) =>
        valueOf(each, scope)
      );
      if (args.includes(null)) return null;
      const { name } = node.callee as { name?: unknown };
      return FUNCTIONS[String(name)](...args.map(Number));
    }
    default:
      return binaryOf(node, scope);
  }
}

function binaryOf(node: jsep.Expression, scope: Scope): unknown {
  const operator = String(node.operator);
  const left = valueOf(node.left as jsep.Expression, scope);
  if (operator === "&&" && !left) return left;
  if (operator === "||" && left) return left;
  const right = valueOf(node.right as jsep.Expression, scope);
  if (LOGICAL.includes(operator)) return right;
  if (left === null || right === null) return null;
  return OPERATIONS[operator](left as number, right as number);
}
