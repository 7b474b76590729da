/**
 * What does a second worker gain, and does it change the result?
 *
 * `deno task bench:workers [ROUNDS] [COPIES]` runs four strategies on one worker
 * and on two, in fresh processes, in turn and in reversed order, store warm, over
 * samples that are put one after the other so many times: a cross of averages,
 * fifteen indicators, a cross sized by equity (which cannot gain) and a market
 * maker in the queue. All digests of a strategy must agree. Use of the processor
 * is read from /proc over the middle half of each run.
 */
import {
  interleave,
  machine,
  median,
  run,
  type RunFigures,
} from "./harness.ts";
import { readFileSync } from "node:fs";
import { BTC_QUOTES, BTC_TRADES, ES, longTape } from "./long_tape.ts";

const ROUNDS = Number(Deno.args[0] ?? 5);
const COPIES = Number(Deno.args[1] ?? 8);

interface Case {
  readonly name: string;
  readonly config: string;
  readonly options: readonly string[];
}

interface Measured extends RunFigures {
  /** Processor time over wall time in the middle of the run. */
  readonly use: number;
}

const copies = COPIES;
const es = await longTape({ ...ES, copies });
const trades = await longTape({ ...BTC_TRADES, copies });
const quotes = await longTape({ ...BTC_QUOTES, copies });
const CASES: readonly Case[] = [
  ofTicks("cross of averages", "strategies/sma_cross.ts", 500),
  ofTicks("fifteen indicators", "strategies/hft15.ts", 1000),
  ofTicks("sized by equity", "bench/strategies/equity_sized.ts", 500),
  {
    name: "market maker",
    config: "configs/market-maker.yaml",
    options: set(
      `stages.trades.source=${trades}`,
      "stages.trades.format=parquet",
      "stages.trades.columns={ time: time, price: price, size: size, side: { column: side, map: { B: 1, S: -1 } } }",
      `stages.quotes.source=${quotes}`,
      "stages.quotes.format=parquet",
      "stages.quotes.columns={ time: time, bid: bid, ask: ask, bid_size: bid_size, ask_size: ask_size }",
    ),
  },
];

console.log(machine(ROUNDS));
for (const each of CASES) await measure(each);

async function measure({ name, config, options }: Case): Promise<void> {
  await run(config, ...options);
  const runs: Record<1 | 2, Measured[]> = { 1: [], 2: [] };
  await interleave(
    ROUNDS,
    ([1, 2] as const).map((workers) => async () => {
      const watch = watchProcessor();
      const figures = await run(config, ...options, "--workers", `${workers}`);
      runs[workers].push({ ...figures, use: watch.stop() });
    }),
  );
  const all = [...runs[1], ...runs[2]];
  const digests = new Set(all.map(({ digest }) => digest));
  if (digests.size > 1) {
    throw new Error(`Cannot compare: ${name} has ${digests.size} results`);
  }
  const { ticks, fills } = all[0];
  console.log(`\n${name}: ${ticks} ticks, ${fills} fills, one result`);
  console.log(`  digest ${all[0].digest}`);
  for (const workers of [1, 2] as const) {
    const of = runs[workers];
    const { reruns, slices } = of[0];
    console.log(
      `  ${workers} worker${workers === 1 ? " " : "s"}  rows to results ${
        seconds(of.map(({ run_s }) => run_s))
      }\n             whole process   ${
        seconds(of.map(({ elapsed_s }) => elapsed_s))
      }\n             use of ${cores()} cores  ${
        (100 * median(of.map(({ use }) => use)) / cores()).toFixed(0)
      } %; ${reruns.slices} of ${slices} slices run again, ${
        (100 * reruns.rows / ticks).toFixed(2)
      } % of ticks`,
    );
  }
  const ratio = (key: "run_s" | "elapsed_s") =>
    (median(runs[1].map((r) => r[key])) / median(runs[2].map((r) => r[key])))
      .toFixed(2);
  console.log(
    `  two workers are ${ratio("run_s")} times as fast from rows to results, ${
      ratio("elapsed_s")
    } times in all`,
  );
}

function ofTicks(name: string, strategy: string, slow: number): Case {
  return {
    name,
    config: "bench/main_job.yaml",
    options: set(
      `stages.ticks.source=${es}`,
      "stages.ticks.format=parquet",
      "stages.ticks.columns={ time: time, price: price, size: size }",
      `stages.cross.strategy=${strategy}`,
      `stages.cross.params={ fast: 50, slow: ${slow} }`,
    ),
  };
}

/** Overrides, and no report: it is made when the run is over. */
function set(...overrides: string[]): string[] {
  return [...overrides, "stages.results.report=false"]
    .flatMap((override) => ["--set", override]);
}

function seconds(values: readonly number[]): string {
  const raw = values.map((value) => value.toFixed(2)).join(" ");
  return `${median(values).toFixed(2)} s   raw: ${raw}`;
}

function cores(): number {
  return navigator.hardwareConcurrency;
}

/** Watches the newest child of this process. */
function watchProcessor(): { stop(): number } {
  const samples: { wall: number; used: number }[] = [];
  let child: string | undefined;
  const timer = setInterval(() => {
    try {
      child ??= childOf(Deno.pid);
      if (child === undefined) return;
      const fields = readFileSync(`/proc/${child}/stat`, "utf8")
        .split(") ")[1].split(" ");
      // utime and stime, in hundredths of a second.
      const used = (Number(fields[11]) + Number(fields[12])) / 100;
      samples.push({ wall: performance.now() / 1000, used });
    } catch {
      // The child has ended.
    }
  }, 20);
  return {
    stop() {
      clearInterval(timer);
      const from = samples[Math.floor(samples.length / 4)];
      const to = samples[Math.floor(3 * samples.length / 4)];
      return from && to ? (to.used - from.used) / (to.wall - from.wall) : 0;
    },
  };
}

function childOf(pid: number): string | undefined {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").at(-1) || undefined;
}
