import { DuckDBInstance } from "@duckdb/node-api";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { run } from "./harness.ts";

/**
 * Parquet files of at least so many trades: the sample `es` again and again,
 * each time four weeks later. For benches alone; the files stay in `data/`.
 *
 * @returns the glob that names them
 */
export async function tapeOf(ticks: number): Promise<string> {
  const directory = `data/bench/es-${Math.ceil(ticks / 1e6)}m`;
  const glob = `${directory}/*.parquet`;
  if (existsSync(directory)) return glob;
  // The main job makes the sample.
  await run("bench/main_job.yaml");
  const part = `${directory}.part`;
  mkdirSync(part, { recursive: true });
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(
    `CREATE TABLE sample AS SELECT
       1000000000 * CAST(split_part(epoch_s, '.', 1) AS BIGINT) +
         CAST(rpad(split_part(epoch_s, '.', 2), 9, '0') AS BIGINT) AS time,
       CAST(price AS DOUBLE) AS price, CAST(size AS DOUBLE) AS size
     FROM read_csv('data/es/*.csv.gz', all_varchar = true)
     ORDER BY time`,
  );
  const reader = await connection.runAndReadAll("SELECT count(*) FROM sample");
  const rows = Number(reader.getRows()[0][0]);
  for (let copy = 0; copy * rows < ticks; copy++) {
    const shift = copy * 28 * 86_400e9;
    const name = String(copy).padStart(3, "0");
    await connection.run(
      `COPY (SELECT make_timestamp_ns(time + ${shift}) AS time, price, size
       FROM sample) TO '${part}/${name}.parquet'`,
    );
  }
  connection.closeSync();
  renameSync(part, directory);
  return glob;
}
