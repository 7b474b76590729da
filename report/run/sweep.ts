import { existsSync } from "node:fs";
import { numbersOf, readColumns } from "./parquet.ts";
import type { Result, Sweep, SweepParam } from "./run.ts";

const PARAM = "param_";

/** Reads `sweep.parquet` beside what `result.json` says of it; null: no sweep. */
export async function readSweep(
  path: string,
  { sweep }: Result,
): Promise<Sweep | null> {
  if (sweep === undefined || !existsSync(path)) return null;
  const { objective, overfitting } = sweep as {
    objective: string;
    overfitting: Sweep["judgement"];
  };
  const columns = await readColumns(path);
  const names = [...columns.keys()];
  const params = names.filter((name) => name.startsWith(PARAM));
  const kept = ["rank", "set", "objective", "digest", "error", ...params];
  return {
    objective,
    params: params.map((name) =>
      paramOf(name.slice(PARAM.length), columns.get(name) ?? [])
    ),
    values: numbersOf(columns.get("objective")),
    set: numbersOf(columns.get("set")),
    figures: new Map(
      names.filter((name) => !kept.includes(name))
        .map((name) => [name, numbersOf(columns.get(name))]),
    ),
    errors: Array.from(columns.get("error") ?? [], String),
    judgement: overfitting,
  };
}

function paramOf(name: string, column: ArrayLike<unknown>): SweepParam {
  const texts = Array.from(column);
  if (!texts.some((value) => typeof value === "string")) {
    return { name, values: numbersOf(column), words: null };
  }
  const words = [...new Set(texts.map(String))].toSorted();
  return {
    name,
    values: Float64Array.from(texts, (value) => words.indexOf(String(value))),
    words,
  };
}
