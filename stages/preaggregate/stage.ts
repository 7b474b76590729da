import { sessionsBetween } from "../../engine/sessions/mod.ts";
import { BAR_COLUMNS } from "../../formats/duckdb/bar_columns.ts";
import {
  type BarsRequest,
  locateBars,
  makeBars,
} from "../../formats/duckdb/bars.ts";
import { chooseEngine, openEngine } from "../../formats/duckdb/open_engine.ts";
import { locateQuery, makeQuery } from "../../formats/duckdb/query_table.ts";
import { inspectSelect, inspectSql } from "../../formats/duckdb/sql.ts";
import type { StoredTable } from "../../formats/store/mod.ts";
import {
  type DescribeContext,
  type PrepareContext,
  serveStage,
} from "../../pipeline/link/mod.ts";
import type { PreparedTable, TableFacts } from "../prepared.ts";
import type { InstrumentsConfig } from "../sections.ts";
import { serveTable } from "../serve_table.ts";
import { sessionSpec } from "../session.ts";
import { tableFacts } from "../table_facts.ts";
import { preaggregate, type PreaggregateConfig } from "./kind.ts";
import { ruleOf } from "./rule.ts";
import type { SqlDescription } from "./sql_issues.ts";

const INSPECTION_MEMORY = 2 ** 27;
const MOST_THREADS = 4;

serveStage({
  describe,
  prepare,
  flow(context) {
    const { table } = context.prepared as PreparedTable;
    return serveTable(context, table!.directory);
  },
});

let asked: Promise<SqlDescription> | undefined;

function describe(context: DescribeContext): Promise<SqlDescription> {
  asked ??= inspect(context);
  return asked;
}

/** Asks DuckDB what the SQL reads and gives. */
async function inspect({ task }: DescribeContext): Promise<SqlDescription> {
  const { select, sql, engine: wanted } = task.config as PreaggregateConfig;
  const name = await chooseEngine(wanted);
  await using engine = await openEngine(name, { memory: INSPECTION_MEMORY });
  const facts: SqlDescription["select"] = {};
  for (const [column, expression] of Object.entries(select)) {
    Object.assign(facts, { [column]: await inspectSelect(engine, expression) });
  }
  return {
    select: facts,
    ...(sql === undefined ? {} : { sql: await inspectSql(engine, sql) }),
  };
}

async function prepare(context: PrepareContext): Promise<PreparedTable> {
  const { task, inputs, dry, signal } = context;
  const [ticks] = inputs as readonly PreparedTable[];
  const config = task.config as PreaggregateConfig;
  const work = ticks.table === null
    ? undefined
    : await workOf(context, ticks, ticks.table);
  const type = {
    stage: task.id,
    instrument: ticks.instrument,
    columns: work?.columns ?? columnsOf(config),
    stamp: "close" as const,
  };
  if (work === undefined) return { ...type, cached: false, table: null };
  const { located } = work;
  if (located.cached) {
    return { ...type, cached: true, table: tableFacts(located) };
  }
  if (dry) return { ...type, cached: false, table: null };
  const engine = await chooseEngine(config.engine);
  if (preaggregate.module?.(config) !== undefined) {
    context.notice(`${task.id}: SQL runs in DuckDB, engine ${engine}`);
  }
  const made = await work.make({
    signal,
    engine,
    memory: task.run.memory,
    threads: Math.min(MOST_THREADS, navigator.hardwareConcurrency),
    onProgress: ({ rows, total }) =>
      context.progress({ activity: "making", rows, fraction: rows / total }),
  });
  return { ...type, cached: false, table: tableFacts(made) };
}

interface Work {
  readonly columns: readonly string[];
  readonly located: ReturnType<typeof locateBars>;
  make(options: Parameters<typeof makeBars>[1]): Promise<StoredTable>;
}

async function workOf(
  context: PrepareContext,
  ticks: PreparedTable,
  table: TableFacts,
): Promise<Work> {
  const { task } = context;
  const config = task.config as PreaggregateConfig;
  const common = { input: table, store: task.run.store, stage: task.id };
  if (config.sql !== undefined) {
    const { sql } = await describe({ task });
    const columns = (sql?.columns ?? []).map(({ name }) => name).filter((
      name,
    ) => name !== "time");
    const request = { ...common, sql: config.sql, columns };
    return {
      columns,
      located: locateQuery(request),
      make: (options) => makeQuery(request, options),
    };
  }
  const request = { ...common, ...barsOf(context, ticks, table) };
  return {
    columns: columnsOf(config),
    located: locateBars(request),
    make: (options) => makeBars(request, options),
  };
}

function columnsOf({ select }: PreaggregateConfig): readonly string[] {
  return [...BAR_COLUMNS, ...Object.keys(select)];
}

function barsOf(
  { task }: PrepareContext,
  { instrument }: PreparedTable,
  { first, last }: TableFacts,
): Omit<BarsRequest, "input" | "store" | "stage"> {
  const { bars, price, gaps, select } = task.config as PreaggregateConfig;
  const instruments = task.sections.instruments as InstrumentsConfig;
  const { session, multiplier } = instruments[instrument];
  const spec = sessionSpec(session);
  return {
    rule: ruleOf(bars as NonNullable<typeof bars>, multiplier),
    price,
    gaps,
    select,
    sessions: first === null || last === null
      ? []
      : sessionsBetween(spec, BigInt(first), BigInt(last)),
  };
}
