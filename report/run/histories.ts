import { existsSync } from "node:fs";
import { numbersOf, readColumns } from "./parquet.ts";
import { isGroup } from "./metrics.ts";
import type { Group, Histories, Result } from "./run.ts";

const LEVELS = ["p5", "p25", "p50", "p75", "p95"] as const;

/** Reads `monte_carlo.parquet` beside what `result.json` says; null: no such. */
export async function readHistories(
  path: string,
  { monte_carlo }: Result,
): Promise<Histories | null> {
  if (!isGroup(monte_carlo) || !existsSync(path)) return null;
  const columns = await readColumns(path);
  const method = Array.from(columns.get("method") ?? [], String);
  const methods = Object.entries(monte_carlo.methods as Group)
    .flatMap(([name, told]) => {
      if (!isGroup(told)) return [];
      const rows = [...method.keys()].filter((row) => method[row] === name);
      const pick = (column: string) => {
        const values = numbersOf(columns.get(column));
        return Float64Array.from(rows, (row) => values[row]);
      };
      return [{
        name,
        told,
        step: pick("step"),
        levels: LEVELS.map(pick),
        actual: pick("actual"),
      }];
    });
  return { told: monte_carlo, methods };
}
