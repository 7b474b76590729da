/**
 * Does a run's memory grow with its data?
 *
 * `deno task bench:memory [--keep] [MILLIONS ...]` (20 and 200 when absent): the main job
 * over that many ticks, synthetic and made here, 100,000 a session, and the same
 * with averages so long that it hardly trades: results grow with what a strategy
 * does, everything else must not. The store is
 * made first, then the run is measured in a process of its own: the peak of its
 * resident memory as the kernel kept it, and that of each Worker's heap. Needs
 * some 35 bytes of disk a tick in the working directory, and cleans up unless it
 * is to keep them.
 */
import { DuckDBInstance } from "@duckdb/node-api";
import { machine, run } from "./harness.ts";

const KEEP = Deno.args.includes("--keep");
const GIVEN = Deno.args.filter((text) => /^\d+$/.test(text)).map(Number);
const MILLIONS = GIVEN.length > 0 ? GIVEN : [20, 200];
const PART = 10_000_000;
const HOME = ".cache/memory";

interface Peaks {
  readonly ticks: number;
  readonly slices: number;
  readonly fills: number;
  readonly run_s: number;
  readonly peak_memory: number;
  readonly slot_memory: number;
  readonly usage: readonly {
    readonly stage: string;
    readonly copy: number;
    readonly peak_heap: number;
  }[];
}

/** Weekdays from 4 January 2016 on, 15:00 to 20:00 UTC, prices on a grid. */
const TICKS = (from: number, to: number) => `
  SELECT make_timestamp_ns(
      (1451865600 + 86400 * (7 * (i // 500000) + (i // 100000) % 5) + 54000) * 1000000000
      + (i % 100000) * 180000000
    ) AS time,
    5000 + round(400 * sin(i / 50000) + 60 * sin(i / 3000)) * 0.25 + (hash(i) % 5) * 0.25 AS price,
    1 + (hash(i + 7) % 10)::DOUBLE AS size
  FROM range(${from}, ${to}) t(i)`;

async function makeTicks(directory: string, ticks: number): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (let from = 0; from < ticks; from += PART) {
    const to = Math.min(ticks, from + PART);
    const name = `${String(from / PART).padStart(3, "0")}.parquet`;
    await connection.run(
      `COPY (${TICKS(from, to)}) TO '${directory}/${name}' (FORMAT parquet)`,
    );
  }
  connection.closeSync();
  instance.closeSync();
}

const pipeline = (directory: string) => `
name: memory
instruments:
  ES: { tick_size: 0.25, multiplier: 50, commission: { per_contract: 2.05 }, session: cme-rth }
account: { capital: 1000000 }
stages:
  ticks:
    kind: loader
    instrument: ES
    source: ${directory}/*.parquet
    columns: { time: time, price: price, size: size }
  slices: { kind: dispatcher, from: ticks, slice: session, warmup: auto }
  cross: { kind: worker, from: slices, strategy: strategies/sma_cross.ts, params: { fast: 50, slow: 500 } }
  results: { kind: aggregator, from: cross, report: false }
run: { seed: 7, memory: 512MB, store: ${directory}/store }
`;

function mb(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}

const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  "averages of 50 and 500": [],
  "averages of 2,000 and 20,000": [
    "--set",
    "stages.cross.params.fast=2000",
    "--set",
    "stages.cross.params.slow=20000",
  ],
};

async function measure(
  millions: number,
): Promise<{ name: string; peaks: Peaks }[]> {
  const directory = `${HOME}-${millions}`;
  try {
    const made = await Deno.stat(directory).catch(() => null);
    if (made === null) await makeTicks(directory, millions * 1e6);
    const config = `${directory}/memory.yaml`;
    await Deno.writeTextFile(config, pipeline(directory));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--allow-all", "--unstable-worker-options"],
        ...["main.ts", "ingest", config],
      ],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const all: { name: string; peaks: Peaks }[] = [];
    for (const [name, options] of Object.entries(VARIANTS)) {
      const peaks = await run(config, ...options) as unknown as Peaks;
      all.push({ name, peaks });
    }
    return all;
  } finally {
    if (!KEEP) await Deno.remove(directory, { recursive: true });
  }
}

console.log(machine(1));
const first = new Map<string, Peaks>();
for (const millions of MILLIONS) {
  for (const { name, peaks } of await measure(millions)) {
    const { ticks, slices, fills, run_s, peak_memory, slot_memory } = peaks;
    const base = first.get(name) ?? peaks;
    first.set(name, base);
    console.log(
      `${name}: ${ticks} ticks, ${slices} slices, ${fills} fills, ${
        run_s.toFixed(2)
      } s: peak ${mb(peak_memory)}, slots ${mb(slot_memory)}, ratio ${
        (peak_memory / base.peak_memory).toFixed(3)
      }`,
    );
    for (const { stage, copy, peak_heap } of peaks.usage) {
      console.log(`  ${stage}[${copy}] heap ${mb(peak_heap)}`);
    }
  }
}
