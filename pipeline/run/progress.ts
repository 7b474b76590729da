import type { Progress } from "../link/mod.ts";
import type { Watched } from "./flow.ts";
import { compact, duration } from "./format.ts";
import type { Io } from "./io.ts";

const BAR_WIDTH = 24;
/** Milliseconds between two drawings on a terminal, and between two plain lines. */
const REDRAW = 100;
const PLAIN = 5000;

/** What a run has to do, for the bar. */
export interface Workload {
  /** Rows of all slices, all stages together. */
  readonly rows: number;
  /** Epoch nanoseconds of the gauges' time 0. */
  readonly origin: bigint;
}

/** One line that tells how far things are: redrawn on a terminal, plain elsewhere. */
export class ProgressLine {
  readonly #io: Io;
  readonly #quiet: boolean;
  #drawn = false;
  #lastPlain = performance.now();

  constructor(io: Io, quiet: boolean) {
    this.#io = io;
    this.#quiet = quiet;
  }

  /** Progress of making a table. */
  preparation(stage: string, { activity, rows, fraction }: Progress): void {
    const done = fraction === undefined ? "" : ` ${bar(fraction)}`;
    this.#show(`${activity} ${stage}${done} ${compact(rows)} rows`);
  }

  /** Watches a flow until the returned function is called. */
  watch(watched: readonly Watched[], load: Workload): () => void {
    const begun = performance.now();
    const draw = () => {
      const seconds = (performance.now() - begun) / 1000;
      this.#show(flowText(watched, load, seconds));
    };
    const timer = setInterval(draw, REDRAW);
    return () => {
      clearInterval(timer);
      this.clear();
    };
  }

  /** A line of its own, above the progress. */
  notice(text: string): void {
    this.clear();
    if (!this.#quiet) this.#io.err(`${text}\n`);
  }

  clear(): void {
    if (this.#drawn) this.#io.err("\r\x1b[K");
    this.#drawn = false;
  }

  #show(text: string): void {
    if (this.#quiet) return;
    if (this.#io.isTerminal) {
      this.#io.err(`\r\x1b[K${text.slice(0, this.#io.width() - 1)}`);
      this.#drawn = true;
      return;
    }
    const now = performance.now();
    if (now - this.#lastPlain < PLAIN) return;
    this.#lastPlain = now;
    this.#io.err(`${text}\n`);
  }
}

function flowText(
  watched: readonly Watched[],
  { rows, origin }: Workload,
  seconds: number,
): string {
  let work = 0;
  let time = Infinity;
  for (const { gauges } of watched) {
    if (gauges.get("time") === 0) continue;
    work += gauges.get("work");
    // Workers run different spans: what lies before all of them is done.
    time = Math.min(time, gauges.get("time"));
  }
  const fraction = rows === 0 ? 0 : Math.min(1, work / rows);
  if (fraction === 1) return `${bar(1)} writing results`;
  const rate = compact(work / seconds);
  const left = fraction > 0.01
    ? ` ${duration(seconds / fraction - seconds)} left`
    : "";
  const date = time === Infinity
    ? ""
    : ` ${dateOf(origin + BigInt(Math.round(time)))}`;
  return `${bar(fraction)}${date} ${rate} ticks/s${left}`;
}

function bar(fraction: number): string {
  const filled = Math.round(fraction * BAR_WIDTH);
  const percent = String(Math.floor(fraction * 100)).padStart(3);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${percent} %`;
}

function dateOf(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 16)
    .replace("T", " ");
}
