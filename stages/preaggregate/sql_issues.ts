import { didYouMean } from "../../pipeline/contract/suggest.ts";
import type { StageIssue, TableType } from "../../pipeline/contract/mod.ts";
import type { SqlFacts } from "../../formats/duckdb/sql.ts";

/** What DuckDB said of a stage's SQL. */
export interface SqlDescription {
  readonly select: Readonly<Record<string, SqlFacts>>;
  readonly sql?: SqlFacts;
}

const NAME = /^[a-z][a-z0-9_]*$/;
const NUMBER =
  /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|BOOLEAN|DECIMAL)/;
const TIME = /^(BIGINT|HUGEINT|TIMESTAMP)/;

/** Columns of `sql` beside its time; none before DuckDB was asked. */
export function sqlColumns(module: unknown): string[] {
  const { sql } = (module ?? {}) as Partial<SqlDescription>;
  return (sql?.columns ?? []).map(({ name }) => name).filter((name) =>
    name !== "time"
  );
}

/** What is wrong with the SQL of a stage, each with its place. */
export function sqlIssues(
  select: Readonly<Record<string, string>>,
  module: unknown,
  input: TableType,
): StageIssue[] {
  const facts = module as SqlDescription | undefined;
  if (facts === undefined) return [];
  return [
    ...Object.keys(select).flatMap((name) =>
      problems(facts.select[name], ["select", name], input)
    ),
    ...problems(facts.sql, ["sql"], input),
    ...resultIssues(facts.sql),
  ];
}

function problems(
  facts: SqlFacts | undefined,
  path: readonly string[],
  input: TableType,
): StageIssue[] {
  if (facts === undefined) return [];
  if (facts.problem !== undefined) {
    const message = `Cannot run the SQL: ${facts.problem}`;
    return [{ code: "bad_value", path: [...path], message }];
  }
  return facts.reads.filter((name) => !input.columns.includes(name)).map((
    name,
  ) => ({
    code: "missing_column",
    path: [...path],
    message:
      `Cannot read the column "${name}": current columns of "${input.stage}" are ${
        ["time", ...input.columns].join(", ")
      }`,
    ...didYouMean(name, input.columns),
  }));
}

function resultIssues(facts: SqlFacts | undefined): StageIssue[] {
  if (facts === undefined || facts.problem !== undefined) return [];
  const refuse = (message: string, hint: string): StageIssue => ({
    code: "bad_value",
    path: ["sql"],
    message,
    hint,
  });
  const { columns } = facts;
  const time = columns.find(({ name }) => name === "time");
  const names = columns.map(({ name }) => name);
  const issues: StageIssue[] = [];
  if (time === undefined || !TIME.test(time.type)) {
    issues.push(
      refuse(
        `Cannot use the rows of the SQL: current columns are ${
          columns.map(({ name, type }) => `${name} ${type}`).join(", ")
        }`,
        "give the time at which a row is known, in nanoseconds, such as max(time) AS time",
      ),
    );
  }
  for (const [i, { name, type }] of columns.entries()) {
    if (name === "time" && i === names.indexOf(name)) continue;
    if (!NAME.test(name) || names.indexOf(name) !== i) {
      issues.push(
        refuse(
          `Cannot use a column of the SQL: current name is "${name}"`,
          "give it a name of its own with AS (a-z, 0-9 and _)",
        ),
      );
    } else if (!NUMBER.test(type)) {
      issues.push(
        refuse(
          `Cannot use the column "${name}" of the SQL: current type is ${type}`,
          "make it a number",
        ),
      );
    }
  }
  return issues;
}
