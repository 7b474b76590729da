import { closeSync, openSync, writeSync } from "node:fs";
import { toFault } from "../contract/mod.ts";
import { LOG_LEVELS, type LogLevel, type LogRecord } from "../link/mod.ts";
import { duration, grouped } from "./format.ts";
import type { Io } from "./io.ts";
import { Exit } from "./load.ts";
import type { RunResult } from "./result.ts";

/** What goes to standard error beside the file. */
export interface LogOptions {
  /** The least level; undefined: only what the user's code prints, as it is. */
  readonly level?: LogLevel | undefined;
  /** A line of JSON each, those of `level` and above. */
  readonly json?: boolean;
}

/** A line of the log. */
export interface LogLine {
  readonly time: number;
  readonly level: LogLevel;
  readonly text: string;
  readonly printed?: boolean;
  /** For the file only. */
  readonly silent?: boolean;
  /** Stage, worker, slice and whatever else the line carries. */
  readonly fields: Readonly<Record<string, string | number>>;
}

/** Lines that are kept until it is known where the log goes. */
const MOST = 100_000;

/**
 * The one log of a run: what happened, and what strategies print, of all
 * Workers, in the order in which it was heard. It goes through LogTape, which
 * is loaded while Workers start, to `log.jsonl` and to standard error.
 */
export class RunLog {
  readonly #io: Io;
  readonly #options: LogOptions;
  readonly #before: () => void;
  #waiting: LogLine[] = [];
  #write: ((line: LogLine) => void) | null = null;
  #file: number | null = null;
  #library: Promise<typeof import("@logtape/logtape")> | null = null;

  /** @param before is called before a line goes to standard error */
  constructor(io: Io, options: LogOptions, before: () => void) {
    this.#io = io;
    this.#options = options;
    this.#before = before;
  }

  add(level: LogLevel, text: string, fields: LogLine["fields"] = {}): void {
    this.#take({ time: this.#io.now().getTime(), level, text, fields });
  }

  /** Takes in what a Worker said. */
  hear(stage: string, worker: number, record: LogRecord): void {
    const { slice, ...rest } = record;
    const fields = { stage, worker, ...(slice === undefined ? {} : { slice }) };
    this.#take({ ...rest, fields });
  }

  /** Who began, and what it has to do. */
  began(name: string, plan: readonly string[]): void {
    this.add("info", `${name} began`);
    for (const line of plan) {
      if (/^ {2}\S/.test(line)) this.add("info", line.trim().replace(/:$/, ""));
    }
  }

  ended({ digest, ticks, run_s, peak_memory }: RunResult): void {
    const seconds = Number(run_s);
    this.add(
      "info",
      `done: ${grouped(Number(ticks))} ticks in ${
        duration(seconds)
      }, digest ${digest}`,
      { peak_memory: Number(peak_memory) },
    );
  }

  /** What ended the run; before there is a file it goes to standard error. */
  async failed(error: unknown): Promise<void> {
    // What is wrong with a pipeline file has been printed in full.
    if (error instanceof Exit) return;
    const { message, stack: _, ...fields } = toFault(error);
    this.#take({
      time: this.#io.now().getTime(),
      level: "error",
      text: message,
      fields,
      // The command says it itself.
      silent: this.#options.json !== true,
    });
    if (this.#options.json && this.#write === null) await this.open(null);
  }

  /** Begins to load LogTape. */
  load(): void {
    this.#library = import("@logtape/logtape");
    // Whoever opens the log hears of it.
    this.#library.catch(() => {});
  }

  /** From now on writes to `path`, what came before too. */
  async open(path: string | null): Promise<void> {
    const { configureSync, getJsonLinesFormatter, getLogger } =
      await (this.#library ?? import("@logtape/logtape"));
    const json = getJsonLinesFormatter({ properties: "flatten" });
    this.#file = path === null ? null : openSync(path, "a");
    const shown = LOG_LEVELS.indexOf(this.#options.level ?? "info");
    configureSync({
      reset: true,
      sinks: {
        file: (record) => this.#append(json(record)),
        terminal: (record) => {
          if (!this.#options.json) return;
          const level = LOG_LEVELS.indexOf(record.level as LogLevel);
          if (level < shown) return;
          this.#before();
          this.#io.err(json(record));
        },
      },
      loggers: [
        { category: ["breakwater"], sinks: ["file", "terminal"] },
        { category: ["logtape", "meta"], sinks: [], lowestLevel: "fatal" },
      ],
    });
    const category = ["breakwater"];
    const logger = getLogger(category);
    this.#write = ({ time, level, text, fields }) =>
      logger.emit({
        level,
        message: [text],
        rawMessage: text,
        timestamp: time,
        properties: fields,
      });
    for (const line of this.#waiting) this.#write(line);
    this.#waiting = [];
  }

  close(): void {
    this.#write = null;
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #take(line: LogLine): void {
    this.#show(line);
    if (this.#write !== null) this.#write(line);
    else if (this.#waiting.length < MOST) this.#waiting.push(line);
  }

  /** Text for people goes at once: the process may not live to load LogTape. */
  #show(line: LogLine): void {
    const { level, json } = this.#options;
    if (json || line.silent) return;
    if (level === undefined) {
      if (!line.printed) return;
      this.#before();
      return this.#io.err(`${line.text}\n`);
    }
    if (LOG_LEVELS.indexOf(line.level) < LOG_LEVELS.indexOf(level)) return;
    this.#before();
    this.#io.err(`${lineText(line)}\n`);
  }

  /** A disk that is full must not end a run by its log. */
  #append(text: string): void {
    try {
      if (this.#file !== null) writeSync(this.#file, text);
    } catch {
      this.#file = null;
    }
  }
}

/** `08:37:34.486 info    cross[1] slice 3: finished`. */
function lineText({ time, level, text, fields }: LogLine): string {
  const { stage, worker, slice } = fields;
  const clock = new Date(time).toISOString().slice(11, 23);
  const who = stage === undefined
    ? ""
    : worker === undefined
    ? ` ${stage}`
    : ` ${stage}[${worker}]`;
  const where = slice === undefined ? "" : ` slice ${slice}`;
  const head = `${who}${where}`;
  return `${clock} ${level.padEnd(7)}${head === "" ? "" : `${head}:`} ${text}`;
}
