/**
 * How fast does each format become a table of the store, and with how much
 * memory? And how long do rows of CSV take beside DuckDB's own COPY of the same
 * file to Parquet?
 *
 * `deno run -A bench/ingest_formats.ts [ROUNDS] [ROWS]`: the same tape of ROWS
 * trades, a quarter of it, and for CSV and Parquet ten times as many, in every
 * format; each ingest in a fresh process, interleaved. Peak memory is that of
 * the process: where it grows with the rows it is not bounded. On a machine that
 * does other work, compare the processor's time.
 */
import { Table, tableFromArrays, tableToIPC } from "apache-arrow";
import { DuckDBInstance } from "@duckdb/node-api";
import { existsSync, readFileSync } from "node:fs";
import { ingest, type IngestRequest } from "../formats/mod.ts";
import {
  TAPE_FORMATS,
  type TapeFormat,
  tapeOf,
  writeTape,
} from "../tests/helpers/tape_files.ts";
import { interleave, json, machine, median } from "./harness.ts";

const SELF = "bench/ingest_formats.ts";
const BATCH = 65_536;
const BI5 = "../shared/data/eurusd/dukascopy-2019/**/*.bi5";
const CSV = TAPE_FORMATS[0];

interface Figures {
  readonly seconds: number;
  /** Of all threads of the process, its start included. */
  readonly cpu: number;
  readonly rows: number;
  /** Peak of the process, bytes. */
  readonly peak: number;
}

/** Formats that DuckDB makes, so that the file may be larger than memory. */
const LARGE: Readonly<Record<string, string>> = {
  csv: "(HEADER, DELIMITER ',')",
  parquet: "(FORMAT parquet)",
};

async function inDuck(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

async function make(folder: string, format: TapeFormat, rows: number) {
  const directory = `${folder}/${format.name}-${rows}`;
  const path = await writeTape(directory, format, new Uint8Array(0));
  const options = LARGE[format.name];
  if (options) {
    const side = format.name === "csv"
      ? "CASE WHEN i % 3 = 0 THEN 'S' ELSE 'B' END"
      : "CASE WHEN i % 3 = 0 THEN -1 ELSE 1 END::DOUBLE";
    await inDuck(
      `COPY (SELECT 1709562600000000000 + i * 2000000 AS t,
        (10000 + 25 * (i * 7 % 41)) / 100 AS p, (1 + i * 5 % 9)::DOUBLE AS s, ${side} AS d
      FROM range(${rows}) r(i)) TO '${path}' ${options}`,
    );
  } else if (format.name.startsWith("arrow")) {
    const form = format.name === "arrow file" ? "file" : "stream";
    await Deno.writeFile(path, tableToIPC(batched(rows), form));
  } else await Deno.writeFile(path, format.bytes(tapeOf(rows)));
}

function batched(rows: number): Table {
  const { time, price, size, side } = tapeOf(rows);
  const batches = [];
  for (let from = 0; from < rows; from += BATCH) {
    const to = Math.min(from + BATCH, rows);
    batches.push(
      ...tableFromArrays({
        t: BigInt64Array.from(time.slice(from, to)),
        p: Float64Array.from(price.slice(from, to), (p) => p / 100),
        s: Float64Array.from(size.slice(from, to)),
        d: Float64Array.from(side.slice(from, to)),
      }).batches,
    );
  }
  return new Table(batches);
}

async function ours(name: string, source: string, store: string) {
  const format = TAPE_FORMATS.find((one) => one.name === name)!;
  const request: IngestRequest = {
    instrument: "X",
    source,
    columns: { time: { column: 0, unit: "iso" }, values: {} },
    csv: { header: true, delimiter: "," },
    on_bad_tick: "fail",
    max_bad: 0,
    store,
    synthetic: false,
    ...format.request,
  };
  const { manifest } = await ingest(request);
  return manifest.rows;
}

async function copy(source: string, to: string): Promise<number> {
  await inDuck(
    `COPY (SELECT * FROM read_csv('${source}')) TO '${to}.parquet' (FORMAT parquet)`,
  );
  return 0;
}

/** Seconds that the threads of the process have computed. */
function cpuSeconds(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1].split(
    " ",
  );
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** High-water mark of the resident set. */
function peak(): number {
  const text = readFileSync("/proc/self/status", "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) * 1024;
}

interface Variant {
  readonly label: string;
  readonly name: string;
  readonly source: string;
  readonly rows: number;
}

function variantsOf(folder: string, sizes: readonly [TapeFormat, number][]) {
  const variants: Variant[] = sizes.map(([format, rows]) => ({
    label: `${format.name}, ${rows} rows`,
    name: format.name,
    source: `${folder}/${format.name}-${rows}/${format.path}`,
    rows,
  }));
  const largest = variants.filter(({ name }) => name === CSV.name).at(-1)!;
  variants.push({
    ...largest,
    label: "DuckDB's COPY of that CSV",
    name: "copy",
  });
  if (existsSync("../shared/data")) {
    variants.push({
      label: "bi5, 48 hours",
      name: "bi5",
      source: BI5,
      rows: 266_219,
    });
  }
  return variants;
}

if (Deno.args[0] === "--one") {
  const [, name, source, to] = Deno.args;
  const begun = performance.now();
  const rows = name === "copy"
    ? await copy(source, to)
    : await ours(name, source, to);
  const seconds = (performance.now() - begun) / 1000;
  const figures: Figures = { seconds, cpu: cpuSeconds(), rows, peak: peak() };
  console.log(JSON.stringify(figures));
} else if (Deno.args[0] === "--make") {
  const [, name, rows, folder] = Deno.args;
  await make(
    folder,
    TAPE_FORMATS.find((one) => one.name === name)!,
    Number(rows),
  );
  console.log("{}");
} else {
  const rounds = Number(Deno.args[0] ?? 3);
  const count = Number(Deno.args[1] ?? 1_000_000);
  const folder = await Deno.makeTempDir();
  try {
    const sizes = TAPE_FORMATS.filter(({ name }) => name !== "bi5").flatMap(
      (format): [TapeFormat, number][] =>
        [count / 4, count, ...LARGE[format.name] ? [10 * count] : []]
          .map((rows) => [format, Math.round(rows)]),
    );
    for (const [{ name }, rows] of sizes) {
      await json([SELF, "--make", name, String(rows), folder]);
    }
    const found = new Map<Variant, Figures[]>();
    const variants = variantsOf(folder, sizes);
    await interleave(
      rounds,
      variants.map((variant) => async () => {
        const { name, source } = variant;
        const to = `${folder}/out`;
        const figures = await json<Figures>([SELF, "--one", name, source, to]);
        await Deno.remove(to, { recursive: true }).catch(() => {});
        await Deno.remove(`${to}.parquet`).catch(() => {});
        if (name !== "copy" && figures.rows !== variant.rows) {
          throw new Error(`${variant.label} gave ${figures.rows} rows`);
        }
        found.set(variant, [...found.get(variant) ?? [], figures]);
      }),
    );
    console.log(machine(rounds));
    for (const variant of variants) {
      const runs = found.get(variant)!;
      const seconds = median(runs.map((run) => run.seconds));
      const cpu = median(runs.map((run) => run.cpu));
      const memory = median(runs.map((run) => run.peak)) / 2 ** 20;
      console.log(
        `${variant.label.padEnd(28)} ${seconds.toFixed(2).padStart(6)} s ${
          (variant.rows / seconds / 1e6).toFixed(2).padStart(6)
        } M rows/s   cpu ${cpu.toFixed(2).padStart(6)} s   peak ${
          memory.toFixed(0).padStart(4)
        } MiB   raw s: ${runs.map((run) => run.seconds.toFixed(2)).join(" ")}`,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
