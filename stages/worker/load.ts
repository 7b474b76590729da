import {
  type AnyStrategy,
  type CompiledStrategy,
  compileStrategy,
  isStrategy,
} from "../../engine/host.ts";
import { causeOf } from "./cause.ts";
import type { StageIssue } from "../../pipeline/contract/mod.ts";
import type { StrategyDescription, StrategyInput } from "./description.ts";
import { installSandbox } from "./sandbox.ts";
import { userFrame } from "../user_frame.ts";

let sandboxed = false;

/**
 * Loads a strategy's module inside the sandbox.
 *
 * @param path relative to the working directory
 * @throws an error with code `module_failed` and the file's line when known
 */
export async function loadStrategy(path: string): Promise<AnyStrategy> {
  if (!sandboxed) installSandbox();
  sandboxed = true;
  let module: { default?: unknown };
  try {
    module = await import(path);
  } catch (error) {
    throw moduleFailed(path, error, "Cannot load the strategy");
  }
  if (!isStrategy(module.default)) {
    throw Object.assign(
      new Error("Cannot use the module: its default export is no strategy"),
      {
        code: "module_failed",
        file: path,
        hint: "export default strategy({ … })",
      },
    );
  }
  refuseAsync(module.default, path);
  return module.default;
}

/** What the module says of itself with these parameters. */
export function describeStrategy(
  definition: AnyStrategy,
  path: string,
  params: Readonly<Record<string, unknown>>,
): StrategyDescription {
  const { compiled, issues } = compileIn(definition, path, params);
  return {
    params: definition.params ?? {},
    issues: paramIssues(issues),
    inputs: compiled === null ? [] : inputsOf(definition, compiled),
    warmup_rows: compiled?.warmupRows ?? 0,
  };
}

/** Problems of parameters, at the stage's `params`. */
export function paramIssues(
  issues: ReturnType<typeof compileStrategy>["issues"],
): StageIssue[] {
  return issues.map(({ code, param, message }) => ({
    code,
    path: ["params", param],
    message,
  }));
}

/** The inputs of a strategy and what it reads of each. */
export function inputsOf(
  definition: AnyStrategy,
  { inputs }: CompiledStrategy,
): StrategyInput[] {
  return inputs.map((input) => ({
    name: input.name,
    columns: [...input.graph.columns.keys()],
    stamp: input.spec === null
      ? stampOf(definition)
      : input.spec === "bars"
      ? "close"
      : "event",
  }));
}

/** As `compileStrategy`; what the strategy's own code throws names its line. */
export function compileIn(
  definition: AnyStrategy,
  path: string,
  params: Readonly<Record<string, unknown>>,
  beside?: CompiledStrategy,
): ReturnType<typeof compileStrategy> & {
  compiled: CompiledStrategy | null;
} {
  try {
    return compileStrategy(definition, params, beside);
  } catch (error) {
    throw moduleFailed(path, error, "Cannot declare the strategy's indicators");
  }
}

const CALLBACKS = [
  "onTick",
  "onBar",
  "onFill",
  "onOrder",
  "onTimer",
  "onSessionStart",
  "onSessionEnd",
  "onMarginCall",
] as const;

/** What comes after an await would run when the event is long over. */
function refuseAsync(definition: AnyStrategy, path: string): void {
  for (const name of CALLBACKS) {
    if (definition[name]?.constructor.name !== "AsyncFunction") continue;
    throw Object.assign(
      new Error(`Cannot use the strategy: ${name} is async`),
      {
        code: "module_failed",
        file: path,
        hint: "what comes after an await would run when the event is over",
      },
    );
  }
}

/**
 * A strategy with one unnamed input wants what its only callback takes; one that
 * runs by the clock alone, any.
 */
function stampOf({ onTick, onBar }: AnyStrategy): "event" | "close" | "any" {
  if (Boolean(onTick) === Boolean(onBar)) return "any";
  return onTick ? "event" : "close";
}

function moduleFailed(path: string, error: unknown, what: string): Error {
  const { message, hint, stack } = causeOf(error);
  return Object.assign(new Error(`${what}: ${message}`), {
    code: "module_failed",
    file: path,
    ...userFrame(stack, path),
    ...(hint === undefined ? {} : { hint }),
    ...(stack === undefined ? {} : { stack }),
  });
}
