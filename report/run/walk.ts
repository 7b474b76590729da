import { existsSync } from "node:fs";
import { isGroup } from "./metrics.ts";
import { numbersOf, readColumns } from "./parquet.ts";
import type { Result, Walk } from "./run.ts";

/** Reads `windows.parquet` beside what `result.json` says; null: no such. */
export async function readWalk(
  path: string,
  { walk_forward }: Result,
): Promise<Walk | null> {
  if (!isGroup(walk_forward) || !existsSync(path)) return null;
  const columns = await readColumns(path, {
    names: ["rank", "train_objective", "test_objective"],
  });
  return {
    told: walk_forward,
    rank: numbersOf(columns.get("rank")),
    train: numbersOf(columns.get("train_objective")),
    test: numbersOf(columns.get("test_objective")),
  };
}
