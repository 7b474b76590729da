import { DuckDBInstance } from "@duckdb/node-api";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { run } from "./harness.ts";

/** A sample of the project that a longer tape is made of. */
export interface LongTape {
  /** Folder in `data/`. */
  readonly sample: string;
  /** A pipeline whose run makes the sample. */
  readonly config: string;
  /** Columns beside the time, as SQL over texts. */
  readonly columns: readonly string[];
  /** Days between two copies: weekdays must stay what they are. */
  readonly days: number;
  readonly copies: number;
}

const NUMBER = (name: string) => `CAST(${name} AS DOUBLE) AS ${name}`;

export const ES: Omit<LongTape, "copies"> = {
  sample: "es",
  config: "bench/main_job.yaml",
  columns: ["price", "size"].map(NUMBER),
  days: 28,
};

export const BTC_TRADES: Omit<LongTape, "copies"> = {
  sample: "btc-trades",
  config: "configs/market-maker.yaml",
  columns: [...["price", "size"].map(NUMBER), "side"],
  days: 7,
};

export const BTC_QUOTES: Omit<LongTape, "copies"> = {
  sample: "btc-quotes",
  config: "configs/market-maker.yaml",
  columns: ["bid", "ask", "bid_size", "ask_size"].map(NUMBER),
  days: 7,
};

/**
 * Parquet files of a sample again and again, each time some weeks later. For
 * benches alone; they stay in `data/`.
 *
 * @returns the glob that names them
 */
export async function longTape(
  { sample, config, columns, days, copies }: LongTape,
): Promise<string> {
  const directory = `data/bench/${sample}-${copies}`;
  const glob = `${directory}/*.parquet`;
  if (existsSync(directory)) return glob;
  await run(config);
  const part = `${directory}.part`;
  mkdirSync(part, { recursive: true });
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(
    `CREATE TABLE sample AS SELECT
       1000000000 * CAST(split_part(epoch_s, '.', 1) AS BIGINT) +
         CAST(rpad(split_part(epoch_s, '.', 2), 9, '0') AS BIGINT) AS time,
       ${columns.join(", ")}
     FROM read_csv('data/${sample}/*.csv.gz', all_varchar = true)`,
  );
  for (let copy = 0; copy < copies; copy++) {
    const shift = copy * days * 86_400e9;
    const name = String(copy).padStart(3, "0");
    await connection.run(
      `COPY (SELECT * REPLACE (make_timestamp_ns(time + ${shift}) AS time)
       FROM sample) TO '${part}/${name}.parquet'`,
    );
  }
  connection.closeSync();
  renameSync(part, directory);
  return glob;
}
