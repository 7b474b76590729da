import type { Gauges } from "./gauges.ts";

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

export type LogLevel = typeof LOG_LEVELS[number];

/** One line of a run's log as a Worker hands it over. */
export interface LogRecord {
  /** Milliseconds since the epoch, by the wall clock. */
  readonly time: number;
  readonly level: LogLevel;
  readonly text: string;
  /** The user's own code printed it. */
  readonly printed: boolean;
  readonly slice?: number;
}

/** Records that may be on their way: a Worker that prints more is not slowed. */
const MOST = 50_000;

/** Taken before a strategy's sandbox takes it away. */
const now = Date.now.bind(Date);

/**
 * A Worker's end of the run's log. It never waits: what is more than the main
 * thread has taken in is counted, and the count is a line of its own.
 */
export class WorkerLog {
  readonly #post: (record: LogRecord) => void;
  #gauges: Gauges | null = null;
  #sent = 0;
  #taken = 0;
  #dropped = 0;

  constructor(post: (record: LogRecord) => void) {
    this.#post = post;
  }

  /** From now on each line carries the slice that runs. */
  flow(gauges: Gauges): void {
    this.#gauges = gauges;
  }

  /** How many records the main thread has taken in. */
  taken(count: number): void {
    this.#taken = count;
    if (this.#dropped === 0) return;
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.add("warning", `${dropped} lines more than could be kept`);
  }

  add(level: LogLevel, text: string, printed = false): void {
    if (this.#sent - this.#taken >= MOST) {
      this.#dropped++;
      return;
    }
    this.#sent++;
    this.#post({
      time: now(),
      level,
      text,
      printed,
      ...(this.#gauges === null ? {} : { slice: this.#gauges.get("slice") }),
    });
  }

  /** Makes `console` write here, so that standard output is the result's. */
  capture(target: Console): void {
    const levels = {
      log: "info",
      info: "info",
      dir: "info",
      table: "info",
      debug: "debug",
      trace: "debug",
      warn: "warning",
      error: "error",
    } as const;
    for (const [name, level] of Object.entries(levels)) {
      Object.defineProperty(target, name, {
        configurable: true,
        writable: true,
        value: (...values: unknown[]) => this.add(level, textOf(values), true),
      });
    }
  }
}

/** As `console.log` shows them; `%s` and `%d` in the first are filled in. */
function textOf([first, ...rest]: readonly unknown[]): string {
  const left = [...rest];
  const head = typeof first === "string"
    ? first.replaceAll(/%([sdifoOjc%])/g, (whole, kind: string) => {
      if (kind === "%") return "%";
      if (left.length === 0) return whole;
      const value = left.shift();
      if (kind === "c") return "";
      if (kind === "d") return String(Number(value));
      if (kind === "i") return String(Math.trunc(Number(value)));
      return show(value);
    })
    : show(first);
  return [head, ...left.map(show)].join(" ");
}

function show(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value);
}
