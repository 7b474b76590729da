/**
 * How long do 20 million ticks take to become bars of one second, beside plain
 * DuckDB SQL that makes the same bars of the same ticks in Parquet?
 *
 * `deno run -A --unstable-worker-options bench/preaggregate.ts [ROUNDS] [TICKS]`:
 * each variant in a fresh process, interleaved; peak memory is that of the
 * process. The bars of both are compared, row by row.
 */
import { DuckDBInstance } from "@duckdb/node-api";
import { readFileSync } from "node:fs";
import {
  BAR_COLUMNS,
  makeBars,
  TableReader,
  TableWriter,
} from "../formats/mod.ts";
import { BATCH_ROWS } from "../formats/table.ts";
import { interleave, json, line, machine, median } from "./harness.ts";

const SECOND = 1e9;
const SELF = "bench/preaggregate.ts";
const SELECT = {
  range: "max(price) - min(price)",
  noise: "stddev_samp(price)",
};

interface Figures {
  readonly seconds: number;
  readonly rows: number;
  /** Peak of the process, bytes. */
  readonly peak: number;
}

/** Ticks of 20 days, evenly spaced, prices and sizes scattered. */
const TICKS = (count: number) => `
  SELECT 1709510400000000000 + i * ${
  Math.floor(20 * 86_400 * SECOND / count)
} AS time,
    5000 + (hash(i) % 401) * 0.25::DOUBLE AS price,
    1 + (hash(i + 7) % 10)::DOUBLE AS size
  FROM range(${count}) AS t(i)`;

const PLAIN = (file: string) => `
  SELECT (time // 1000000000 + 1) * 1000000000 AS time,
    arg_min(price, time) AS open, max(price) AS high, min(price) AS low,
    arg_max(price, time) AS close, sum(size) AS volume,
    sum(price * size) / sum(size) AS vwap, count(*)::DOUBLE AS count
  FROM '${file}' GROUP BY 1 ORDER BY 1`;

const VARIANTS: Record<string, (folder: string) => Promise<number>> = {
  ours: (folder) => bars(folder),
  "ours, select, native": (folder) => bars(folder, "native"),
  "ours, select, wasm": (folder) => bars(folder, "wasm"),
  "duckdb, 2 threads": (folder) => plain(folder, 2),
  "duckdb, 1 thread": (folder) => plain(folder, 1),
};

async function bars(folder: string, engine?: "native" | "wasm") {
  const { manifest } = await makeBars({
    input: { directory: `${folder}/store/X`, key: "X" },
    rule: { by: "time", ns: SECOND },
    ...(engine ? { select: SELECT } : {}),
    store: `${folder}/store`,
    stage: `bars-${crypto.randomUUID()}`,
  }, { engine });
  return manifest.rows;
}

async function plain(folder: string, threads: number) {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(threads),
    memory_limit: "512MB",
  });
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(
    `COPY (${
      PLAIN(`${folder}/ticks.parquet`)
    }) TO '${folder}/bars-${Deno.pid}.parquet'`,
  );
  return Number(result.getRows()[0][0]);
}

async function make(folder: string, count: number): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `COPY (${TICKS(count)}) TO '${folder}/ticks.parquet'`,
  );
  const writer = await TableWriter.create({
    store: `${folder}/store`,
    key: "X",
    instrument: "X",
    columns: ["price", "size"],
    stamp: "event",
    source: { made_by: "bench", files: [], fingerprint: "f", synthetic: true },
  });
  const result = await connection.stream(
    `SELECT * FROM '${folder}/ticks.parquet'`,
  );
  while (true) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const [time, price, size] = chunk.getColumns() as unknown[][];
    writer.append(
      [
        Float64Array.from(price as number[]),
        Float64Array.from(size as number[]),
      ],
      BigInt64Array.from(time as bigint[]),
      chunk.rowCount,
    );
  }
  writer.publish({
    quality: { read: count, kept: count, rejected: {}, quarantine: null },
  });
}

/** Bars that differ between ours and DuckDB's. */
async function differing(folder: string): Promise<number> {
  const { directory } = await makeBars({
    input: { directory: `${folder}/store/X`, key: "X" },
    rule: { by: "time", ns: SECOND },
    store: `${folder}/store`,
    stage: "compared",
  });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const result = await connection.stream(PLAIN(`${folder}/ticks.parquet`));
  using reader = TableReader.open(directory);
  const time = new BigInt64Array(BATCH_ROWS);
  const into = BAR_COLUMNS.map(() => new Float64Array(BATCH_ROWS));
  let index = -1;
  let at = 0;
  let rows = 0;
  let wrong = 0;
  while (true) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const columns = chunk.getColumns();
    for (let i = 0; i < chunk.rowCount; i++, at++) {
      if (at === rows) {
        rows = reader.readRaw(++index, [...BAR_COLUMNS], time, into);
        at = 0;
      }
      const same = columns[0][i] === time[at] &&
        into.every((values, c) => values[at] === columns[c + 1][i]);
      if (!same) wrong++;
    }
  }
  return wrong;
}

/** High-water mark of the resident set. */
function peak(): number {
  const text = readFileSync("/proc/self/status", "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) * 1024;
}

if (Deno.args[0] === "--one") {
  const [, name, folder] = Deno.args;
  const begun = performance.now();
  const rows = await VARIANTS[name](folder);
  const seconds = (performance.now() - begun) / 1000;
  const figures: Figures = { seconds, rows, peak: peak() };
  console.log(JSON.stringify(figures));
} else {
  const rounds = Number(Deno.args[0] ?? 5);
  const count = Number(Deno.args[1] ?? 20_000_000);
  const folder = await Deno.makeTempDir();
  try {
    await make(folder, count);
    const found = new Map<string, Figures[]>();
    await interleave(
      rounds,
      Object.keys(VARIANTS).map((name) => async () => {
        const figures = await json<Figures>([SELF, "--one", name, folder]);
        found.set(name, [...found.get(name) ?? [], figures]);
      }),
    );
    console.log(machine(rounds));
    for (const [name, runs] of found) {
      const seconds = runs.map((run) => run.seconds);
      const memory = median(runs.map((run) => run.peak)) / 2 ** 20;
      console.log(
        `${line(name, seconds, count)}   ${runs[0].rows} bars, peak ${
          memory.toFixed(0)
        } MiB`,
      );
    }
    console.log(`  ${await differing(folder)} bars differ from DuckDB's`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
