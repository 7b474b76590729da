import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { FaultError } from "../../pipeline/contract/mod.ts";

/** What a finished run left, as far as two runs are compared by it. */
export interface FinishedRun {
  readonly directory: string;
  /** `config.yaml`. */
  readonly config: unknown;
  readonly plan: StoredPlan;
  /** `result.json`. */
  readonly result: Readonly<Record<string, unknown>>;
  readonly digest: string;
}

/** The parts of `plan.json` that are looked at. */
export interface StoredPlan {
  readonly program?: string;
  readonly stages: readonly StoredStage[];
}

export interface StoredStage {
  readonly id: string;
  readonly kind: string;
  readonly prepared: {
    /** Of a stage that makes a table. */
    readonly table?: { readonly content: string; readonly rows: number };
    /** Of a stage that runs a module of the user's. */
    readonly code?: string;
  } | null;
}

/**
 * Reads a run directory.
 *
 * @throws FaultError with code `no_run` that says what it lacks
 */
export function readFinishedRun(directory: string): FinishedRun {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw noRun(directory, "there is no such directory");
  }
  const plan = json(directory, "plan.json") as StoredPlan;
  if (!Array.isArray(plan?.stages)) {
    throw noRun(directory, "plan.json is no plan");
  }
  const result = json(directory, "result.json") as FinishedRun["result"];
  const { digest } = result;
  if (typeof digest !== "string") {
    throw noRun(directory, "result.json has no digest");
  }
  const config: unknown = parse(text(directory, "config.yaml"));
  return { directory, config, plan, result, digest };
}

function json(directory: string, name: string): unknown {
  try {
    return JSON.parse(text(directory, name));
  } catch (error) {
    if (error instanceof FaultError) throw error;
    throw noRun(directory, `${name} is not JSON`);
  }
}

function text(directory: string, name: string): string {
  const path = join(directory, name);
  if (!existsSync(path)) throw noRun(directory, `it has no ${name}`);
  return readFileSync(path, "utf8");
}

function noRun(directory: string, what: string): FaultError {
  const unfinished = existsSync(join(directory, "plan.json"));
  return new FaultError({
    code: "no_run",
    message: `Cannot compare ${directory}: ${what}`,
    hint: unfinished
      ? `the run has not come to its end: deno task run --resume ${directory}`
      : "give the directories of two runs that have finished",
  });
}
