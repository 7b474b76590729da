import { join } from "node:path";
import { FormatError, throwIfAborted } from "../error.ts";
import { hashOf, hasTable } from "../source/locate.ts";
import { readManifest } from "../store/manifest.ts";
import { TableReader } from "../store/reader.ts";
import { type StoredTable, TableWriter } from "../store/writer.ts";
import { BATCH_ROWS, type TableRef } from "../table.ts";
import type { BarsOptions } from "./bars.ts";
import { openEngine } from "./open_engine.ts";
import { inspectSql, wholeQuery } from "./sql.ts";

export interface QueryRequest {
  readonly input: TableRef;
  /** A query over `ticks` that gives `time` and further columns. */
  readonly sql: string;
  /** The query's columns beside `time`, in the order of the table. */
  readonly columns: readonly string[];
  readonly store: string;
  readonly stage: string;
}

const QUERY_VERSION = 1;

/** Where the table of a query lies or will lie. */
export function locateQuery(
  { input, sql, columns, store, stage }: QueryRequest,
): { key: string; directory: string; cached: boolean; fingerprint: string } {
  const { content, columns: given, instrument } = readManifest(input.directory);
  const fingerprint = hashOf({
    version: QUERY_VERSION,
    content,
    given,
    instrument,
    sql,
    columns,
  });
  const key = `${encodeURIComponent(stage)}-${fingerprint.slice(0, 12)}`;
  const directory = join(store, key);
  return { key, directory, cached: hasTable(directory), fingerprint };
}

/**
 * Makes a table by SQL over all ticks and keeps it in the store. Rows are
 * ordered by all their columns, the time first; NULL becomes NaN. A row counts
 * as known from its time on: that no later tick enters it is up to the SQL.
 */
export async function makeQuery(
  request: QueryRequest,
  { onProgress, signal, engine: name = "native", memory = 2 ** 29 }:
    BarsOptions = {},
): Promise<StoredTable> {
  throwIfAborted(signal);
  const { input, sql, columns, store, stage } = request;
  const { key, directory, cached, fingerprint } = locateQuery(request);
  if (cached) return { directory, key, manifest: readManifest(directory) };
  using reader = TableReader.open(input.directory);
  const { manifest } = reader;
  const writer = await TableWriter.create({
    store,
    key,
    instrument: manifest.instrument,
    columns,
    stamp: "close",
    source: { ...manifest.source, made_by: "preaggregate", fingerprint },
  });
  try {
    await using engine = await openEngine(name, {
      memory,
      temporary: join(writer.directory, "spill"),
    });
    const facts = await inspectSql(engine, sql, manifest.columns);
    if (facts.problem !== undefined) throw failed(stage, facts.problem);
    await engine.reset(manifest.columns);
    const time = new BigInt64Array(BATCH_ROWS);
    const bar = new Int32Array(BATCH_ROWS);
    const into = manifest.columns.map(() => new Float64Array(BATCH_ROWS));
    for (let index = 0; index < reader.batches.length; index++) {
      throwIfAborted(signal);
      const rows = reader.readRaw(index, manifest.columns, time, into);
      await engine.append({ bar, time, columns: into }, 0, rows);
      onProgress?.({
        rows: reader.batches[index].row + rows,
        total: reader.rows,
      });
    }
    const order = facts.columns.filter(({ name }) =>
      name === "time" || columns.includes(name)
    );
    const query = wholeQuery(sql, order);
    const names = order.map(({ name }) => name).filter((n) => n !== "time");
    for await (const [times, ...values] of engine.query(query)) {
      throwIfAborted(signal);
      if (times.includes(null)) throw failed(stage, "time is NULL in a row");
      writer.append(
        columns.map((name) =>
          Float64Array.from(
            values[names.indexOf(name)],
            (value) => Number(value ?? NaN),
          )
        ),
        BigInt64Array.from(times as bigint[]),
        times.length,
      );
    }
    removeSpill(join(writer.directory, "spill"));
    const { rows } = writer;
    return writer.publish({
      quality: { read: rows, kept: rows, rejected: {}, quarantine: null },
    });
  } catch (error) {
    writer.abort();
    throw error instanceof FormatError || signal?.aborted
      ? error
      : failed(stage, error instanceof Error ? error.message : String(error));
  }
}

function failed(stage: string, problem: string): FormatError {
  return new FormatError({
    code: "bad_data",
    message: `Cannot run the SQL of ${stage}: ${problem}`,
    ...(/out of memory/i.test(problem)
      ? { hint: "raise run.memory, or take the engine native, which spills" }
      : {}),
  });
}

function removeSpill(directory: string): void {
  try {
    Deno.removeSync(directory, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
