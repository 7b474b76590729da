import { quoted, type ResultColumn, type SqlEngine } from "./engine.ts";

/** What a user's SQL needs and gives, or why DuckDB refuses it. */
export interface SqlFacts {
  /** Columns of ticks that it reads beside `bar` and `time`. */
  readonly reads: readonly string[];
  /** Columns that it gives. */
  readonly columns: readonly ResultColumn[];
  /** DuckDB's message. */
  readonly problem?: string;
}

/** What gives something else each time, or takes rows by chance. */
const CHANCE =
  /\b(random|setseed|uuid|uuidv4|uuidv7|gen_random_uuid|now|today|get_current_timestamp|get_current_time|transaction_timestamp|reservoir_quantile|nextval|version)\s*\(|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b|\b(using\s+sample|tablesample)\b/i;
const MISSING = /Referenced column "([^"]+)" (?:was )?not found/;
const MOST_COLUMNS = 256;

/** `SELECT bar, …` of extra columns of bars. */
export function selectQuery(
  select: Readonly<Record<string, string>>,
  from: number,
  until: number,
): string {
  const columns = Object.entries(select).map(([name, expression]) =>
    `CAST((${expression}\n) AS DOUBLE) AS ${quoted(name)}`
  );
  return `SELECT bar, ${
    columns.join(", ")
  } FROM ticks WHERE bar >= ${from} AND bar < ${until} GROUP BY bar ORDER BY bar`;
}

/** A whole query with its time as BIGINT and all else as DOUBLE, in one order. */
export function wholeQuery(
  sql: string,
  columns: readonly ResultColumn[],
): string {
  const time = columns.find(({ name }) => name === "time");
  const at = time?.type.startsWith("TIMESTAMP")
    ? 'epoch_ns("time")'
    : 'CAST("time" AS BIGINT)';
  const values = columns.filter(({ name }) => name !== "time").map((
    { name },
  ) => `CAST(${quoted(name)} AS DOUBLE) AS ${quoted(name)}`);
  return `SELECT ${[`${at} AS "time"`, ...values].join(", ")} FROM (${
    trimmed(sql)
  }\n) ORDER BY ALL`;
}

/**
 * Binds SQL to a table that is given every column that the SQL asks for, so it
 * needs no ticks and can be checked before anything runs.
 */
export async function inspectSql(
  engine: SqlEngine,
  sql: string,
  columns: readonly string[] = [],
): Promise<SqlFacts> {
  const chance = CHANCE.exec(sql)?.[0];
  if (chance !== undefined) {
    return {
      reads: [],
      columns: [],
      problem: `${chance.trim()}${
        chance.endsWith("(") ? ")" : ""
      } gives something else on each run`,
    };
  }
  const reads = [...columns];
  while (true) {
    await engine.reset(reads);
    try {
      return { reads, columns: await engine.describe(trimmed(sql)) };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      const missing = MISSING.exec(problem)?.[1];
      if (
        missing === undefined || reads.includes(missing) ||
        reads.length >= MOST_COLUMNS
      ) {
        return { reads, columns: [], problem: problem.trim() };
      }
      reads.push(missing);
    }
  }
}

/** As {@link inspectSql}, of one extra column of bars. */
export async function inspectSelect(
  engine: SqlEngine,
  expression: string,
): Promise<SqlFacts> {
  return await inspectSql(engine, selectQuery({ value: expression }, 0, 1));
}

/** Without the semicolon that may end it. */
function trimmed(sql: string): string {
  return sql.trim().replace(/;$/, "");
}
