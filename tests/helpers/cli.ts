import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parquetReadObjects } from "hyparquet";

/** Root of the repository. */
export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** What strategies of a test import. */
export const ENGINE: string = new URL("../../engine/mod.ts", import.meta.url)
  .href;

/** Real data that may lie beside the repository. */
export const DATA: string = join(ROOT, "../shared/data");

/** The flags of the tasks in `deno.json`, so that tests hold no more rights. */
export const FLAGS: readonly string[] = taskFlags();

export interface Spawn {
  /** Working directory. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the process is killed and the test fails. */
  readonly limit?: number;
  /** Called with each piece of standard error, and the process. */
  onError?(text: string, process: Deno.ChildProcess): void;
  /** Called once it runs. */
  onStart?(process: Deno.ChildProcess): void;
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Wall time, seconds. */
  readonly seconds: number;
}

/** Runs the command line as a user does, in a process of its own. */
export async function breakwater(
  args: readonly string[],
  { cwd, env = {}, limit = 30_000, onError, onStart }: Spawn,
): Promise<Ended> {
  const begun = performance.now();
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", ...FLAGS, join(ROOT, "main.ts"), ...args],
    cwd,
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  onStart?.(process);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill("SIGKILL");
  }, limit);
  const [out, err, { code }] = await Promise.all([
    textOf(process.stdout),
    textOf(process.stderr, (text) => onError?.(text, process)),
    process.status,
  ]);
  clearTimeout(timer);
  const seconds = (performance.now() - begun) / 1000;
  if (late) {
    throw new Error(
      `Cannot wait longer than ${limit} ms for ${
        args.join(" ")
      }:\n${out}${err}`,
    );
  }
  return { code, out, err, seconds };
}

async function textOf(
  stream: ReadableStream<Uint8Array>,
  listen?: (text: string) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  let whole = "";
  for await (const chunk of stream) {
    const text = decoder.decode(chunk, { stream: true });
    whole += text;
    listen?.(text);
  }
  return whole + decoder.decode();
}

function taskFlags(): string[] {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));
  const words = String(tasks.run.command).split(" ");
  return words.slice(words.indexOf("run") + 1, words.indexOf("main.ts"));
}

/** A temporary working directory with data, strategies and pipeline files. */
export class Desk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(
    files: Readonly<Record<string, string | Uint8Array>> = {},
  ): Promise<Desk> {
    const desk = new Desk(await Deno.makeTempDir({ prefix: "breakwater-" }));
    for (const [name, content] of Object.entries(files)) {
      desk.write(name, content);
    }
    return desk;
  }

  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  write(name: string, content: string | Uint8Array): void {
    const path = this.at(name);
    Deno.mkdirSync(dirname(path), { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
  }

  read(...names: string[]): string {
    return readFileSync(this.at(...names), "utf8");
  }

  has(...names: string[]): boolean {
    return existsSync(this.at(...names));
  }

  /** Runs a verb here. */
  call(args: readonly string[], spawn: Omit<Spawn, "cwd"> = {}) {
    return breakwater(args, { ...spawn, cwd: this.path });
  }

  /** `run`, with results in `out` and read back. */
  async run(
    file: string,
    { out = "runs/it", args = [], env = {} }: {
      out?: string;
      args?: readonly string[];
      env?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Finished> {
    const ended = await this.call(["run", file, "--out", out, ...args], {
      env,
    });
    if (ended.code !== 0) {
      throw new Error(
        `run ended with ${ended.code}:\n${ended.out}${ended.err}`,
      );
    }
    const result = JSON.parse(this.read(out, "result.json"));
    return { ...ended, directory: this.at(out), result };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

export interface Finished extends Ended {
  readonly directory: string;
  // deno-lint-ignore no-explicit-any
  readonly result: Record<string, any>;
}

/** One fill as `fills.parquet` has it. */
export interface FillRow {
  /** ISO 8601 with nine decimals. */
  readonly time: string;
  readonly instrument: string;
  readonly side: string;
  readonly quantity: number;
  readonly price: number;
  readonly commission: number;
}

export async function readFills(directory: string): Promise<FillRow[]> {
  const rows = await readParquet(join(directory, "fills.parquet"));
  return rows.map((row) => ({
    time: isoOf(row.time as bigint),
    instrument: String(row.instrument),
    side: String(row.side),
    quantity: Number(row.quantity),
    price: Number(row.price),
    commission: Number(row.commission),
  }));
}

/** Rows of a Parquet file; times stay epoch nanoseconds. */
export async function readParquet(
  path: string,
): Promise<Record<string, unknown>[]> {
  const { buffer } = new Uint8Array(await Deno.readFile(path));
  return await parquetReadObjects({
    file: buffer,
    parsers: { timestampFromNanoseconds: (ns) => ns },
  });
}

/** `2024-03-04T14:30:00.000000000Z`. */
export function isoOf(ns: bigint): string {
  return Temporal.Instant.fromEpochNanoseconds(ns)
    .toString({ fractionalSecondDigits: 9 });
}

/** The digest on the last line of a run's output. */
export function digestOf({ out }: Ended): string {
  const last = out.trimEnd().split("\n").at(-1) ?? "";
  const match = /^digest ([0-9a-f]{64})$/.exec(last);
  if (!match) throw new Error(`Cannot find a digest in:\n${out}`);
  return match[1];
}

/** Codes in square brackets, in order: `[bad_data]`. */
export function codesOf({ err }: Ended): string[] {
  return [...err.matchAll(/\[([a-z_]+)\]$/gm)].map(([, code]) => code);
}

/** A strategy's source that finds the engine from anywhere. */
export function strategyText(body: string): string {
  return `import * as engine from "${ENGINE}";
const { ema, param, sma, strategy } = engine;
void [ema, param, sma];
export default strategy(${body});
`;
}

export interface PipelineOptions {
  readonly name?: string;
  readonly instrument?: string;
  readonly source?: string;
  readonly dispatcher?: string;
  readonly worker?: string;
  readonly run?: string;
}

/** A whole pipeline of trades in `data/ticks.csv`, as short as it gets. */
export function pipelineText(
  {
    name = "it",
    instrument = "tick_size: 0.25, multiplier: 50, session: always",
    source = "data/ticks.csv",
    dispatcher = "slice: session",
    worker = "workers: 1",
    run = "seed: 7",
  }: PipelineOptions = {},
): string {
  return `name: ${name}
instruments:
  ES: { ${instrument} }
stages:
  ticks:
    kind: loader
    instrument: ES
    source: ${source}
    columns: { time: ts, price: price }
  slices: { kind: dispatcher, from: ticks, ${dispatcher} }
  trader: { kind: worker, from: slices, strategy: strategy.ts, ${worker} }
  results: { kind: aggregator, from: trader }
run: { ${run} }
`;
}

/** `ts,price` rows, one a second from 14:30:00 UTC on 4 March 2024. */
export function ticksText(prices: readonly (number | string)[]): string {
  const begin = Date.UTC(2024, 2, 4, 14, 30);
  const rows = prices.map((price, i) =>
    `${new Date(begin + 1000 * i).toISOString()},${price}`
  );
  return `ts,price\n${rows.join("\n")}\n`;
}

/** A walk on the grid of 0.25 that is the same every time. */
export function walkPrices(rows: number, seed = 1): number[] {
  let state = seed;
  let price = 5000;
  return Array.from({ length: rows }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    price += (Math.floor(state / 2 ** 24) % 5 - 2) * 0.25;
    return price;
  });
}
