import { parseDuration, type StageIssue } from "../../pipeline/contract/mod.ts";
import { didYouMean } from "../../pipeline/contract/suggest.ts";
import type { ConfigTest, TestTicks } from "./section.ts";

/** Ticks of a test as a text that a loader reads. */
export interface TickFile {
  readonly loader: string;
  /** CSV with a header; times in nanoseconds since the epoch. */
  readonly csv: string;
  /** What the loader's keys become, but for its instrument. */
  keys(source: string): Readonly<Record<string, unknown>>;
}

export interface TickFiles {
  readonly files: readonly TickFile[];
  /** Paths count from the test. */
  readonly issues: readonly StageIssue[];
}

/** @param loaders ids of the pipeline's loaders */
export function tickFiles(
  { ticks }: ConfigTest,
  loaders: readonly string[],
): TickFiles {
  const issues: StageIssue[] = [];
  for (const id of Object.keys(ticks)) {
    if (loaders.includes(id)) continue;
    issues.push({
      code: "unknown_input",
      path: ["ticks", id],
      message: `Cannot find the loader "${id}": current loaders are ${
        loaders.join(", ")
      }`,
      ...didYouMean(id, loaders),
    });
  }
  const files = loaders.flatMap((loader) => {
    const given = ticks[loader];
    if (given === undefined) {
      issues.push({
        code: "missing_key",
        path: ["ticks"],
        message: `Cannot run the test without ticks of the loader "${loader}"`,
      });
      return [];
    }
    const { lines, issues: found } = linesOf(given);
    issues.push(
      ...found.map((issue) => ({
        ...issue,
        path: ["ticks", loader, ...issue.path],
      })),
    );
    return [{
      loader,
      csv: `${given.columns.join(",")}\n${lines.join("\n")}\n`,
      keys: (source: string) => ({
        kind: "loader",
        source,
        format: "csv",
        columns: Object.fromEntries(
          given.columns.map((name) => [
            name,
            name === "time" ? { column: name, unit: "ns" } : name,
          ]),
        ),
      }),
    }];
  });
  return { files, issues };
}

function linesOf(
  { columns, rows }: TestTicks,
): { lines: string[]; issues: StageIssue[] } {
  const issues = columnIssues(columns);
  const at = columns.indexOf("time");
  let last: bigint | null = null;
  const lines = rows.map((row, r) => {
    if (row.length !== columns.length) {
      issues.push({
        code: "bad_value",
        path: ["rows", r],
        message:
          `Cannot read a row of ${row.length} values: current columns are ${
            columns.join(", ")
          }`,
      });
    }
    return row.map((cell, c) => {
      if (c === at) {
        const time = timeOf(cell, last);
        if (typeof time !== "bigint") {
          issues.push({ ...time, path: ["rows", r, c] });
          return "0";
        }
        return String(last = time);
      }
      if (typeof cell === "number" && Number.isFinite(cell)) return cell;
      issues.push({
        code: "wrong_type",
        path: ["rows", r, c],
        message: `Cannot read the ${columns[c] ?? "value"}: current value is ${
          JSON.stringify(cell)
        }`,
      });
      return "0";
    }).join(",");
  });
  return { lines, issues };
}

function columnIssues(columns: TestTicks["columns"]): StageIssue[] {
  const issues: StageIssue[] = [];
  const report = (code: "missing_key" | "duplicate_key", message: string) =>
    issues.push({ code, path: ["columns"], message });
  const list = columns.join(", ");
  const has = (name: typeof columns[number]) => columns.includes(name);
  if (!has("time")) {
    report(
      "missing_key",
      `Cannot do without time: current columns are ${list}`,
    );
  }
  if (!has("price") && !(has("bid") && has("ask"))) {
    report(
      "missing_key",
      `Cannot do without price, or bid and ask: current columns are ${list}`,
    );
  }
  if (new Set(columns).size < columns.length) {
    report("duplicate_key", `Cannot have a column twice: they are ${list}`);
  }
  return issues;
}

/** Epoch nanoseconds, or what is wrong. */
function timeOf(
  cell: number | string,
  last: bigint | null,
): bigint | Omit<StageIssue, "path"> {
  const after = /^\+(.+)$/.exec(String(cell));
  const step = after ? parseDuration(after[1]) : undefined;
  if (step !== undefined && last !== null) return last + BigInt(step);
  const time = step === undefined ? instantOf(cell) : undefined;
  if (time === undefined) {
    return {
      code: "bad_value",
      message: `Cannot read the time: current value is ${JSON.stringify(cell)}`,
      hint: last === null
        ? "the first is a time such as 2024-03-04T14:30:00Z"
        : "write 2024-03-04T14:30:00Z, or +1s after the row before",
    };
  }
  if (last === null || time >= last) return time;
  return {
    code: "bad_value",
    message: `Cannot go back in time: current value is ${
      JSON.stringify(cell)
    }, after ${Temporal.Instant.fromEpochNanoseconds(last)}`,
  };
}

/** Epoch nanoseconds of ISO 8601; undefined when it is none. */
export function instantOf(value: number | string): bigint | undefined {
  try {
    return Temporal.Instant.from(String(value)).epochNanoseconds;
  } catch {
    return undefined;
  }
}
