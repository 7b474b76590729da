import { createHash } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import {
  claim,
  isWhole,
  type SampleState,
  seal,
  stateOf,
  writeWhole,
} from "./directory.ts";
import { ES_DATES, esDays } from "./es_days.ts";
import { esSession } from "./es_session.ts";

const compress = promisify(gzip) as (
  bytes: Uint8Array,
  options: { level: number },
) => Promise<Uint8Array>;

/** The seed of the sample that comes with the project. */
export const ES_SEED = 5;

const NAMES = ES_DATES.map((date) => `ES_trades_${date}.csv.gz`);

export interface SampleOptions {
  /** Unsigned 32-bit integer. The same seed gives the same trades on every machine. */
  readonly seed?: number;
  /** Called after every file. */
  readonly onProgress?: (progress: SampleProgress) => void;
  /** Stops between two files; what was written so far stays, unsealed. */
  readonly signal?: AbortSignal;
}

export interface SampleProgress {
  readonly files: number;
  readonly total: number;
  /** Trades written so far. */
  readonly rows: number;
}

export interface Sample {
  /** Paths that begin with the directory, in order of date. */
  readonly files: string[];
  /** Trades in all files. */
  readonly rows: number;
}

/**
 * Writes a synthetic tape of E-mini S&P 500 trades: 20 regular sessions from
 * 2024-02-26 to 2024-03-22, 08:30 to 15:00 Chicago, about 5 million trades,
 * one gzip CSV a session with the header `epoch_s,price,size,side`. Times are
 * seconds since the epoch with 6 decimals, prices multiples of 0.25, sizes
 * contracts, side the aggressor (`B` or `S`). `SAMPLE.md` is written last.
 *
 * @throws Error with code `store_write` when the directory holds other files;
 * the signal's reason when it aborts.
 */
export async function makeEsSample(
  directory: string,
  { seed = ES_SEED, onProgress, signal }: SampleOptions = {},
): Promise<Sample> {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(
      `Cannot seed the sample with anything but an integer from 0 to 4294967295: current value is ${seed}`,
    );
  }
  signal?.throwIfAborted();
  await claim(directory, NAMES);
  const days = esDays(seed);
  const made: MadeFile[] = [];
  let rows = 0;
  for (const [index, day] of days.entries()) {
    signal?.throwIfAborted();
    const text = esSession(seed, index, day);
    const sha256 = createHash("sha256").update(text.bytes).digest("hex");
    const bytes = await compress(text.bytes, { level: 4 });
    await writeWhole(directory, NAMES[index], bytes);
    made.push({ name: NAMES[index], rows: text.rows, sha256 });
    rows += text.rows;
    onProgress?.({ files: made.length, total: days.length, rows });
  }
  await seal(directory, marker(seed, rows, made));
  return { files: NAMES.map((name) => join(directory, name)), rows };
}

/** What a directory holds of the sample. */
export function esSampleState(directory: string): Promise<SampleState> {
  return stateOf(directory, NAMES);
}

/** True when `directory` holds a whole sample that {@link makeEsSample} made. */
export function sampleExists(directory: string): Promise<boolean> {
  return isWhole(directory, NAMES);
}

interface MadeFile {
  readonly name: string;
  readonly rows: number;
  readonly sha256: string;
}

function marker(
  seed: number,
  rows: number,
  files: readonly MadeFile[],
): string {
  const table = files.map((file) =>
    `| ${file.name} | ${file.rows} | ${file.sha256} |`
  );
  return `# Synthetic sample

These files are made up. They look like a tape of E-mini S&P 500 trades, but no
such trade ever took place: use them to try the software, never to judge a
strategy.

- Seed: ${seed}
- Sessions: ${files.length}, regular hours (08:30 to 15:00 America/Chicago)
- Trades: ${rows}
- Columns: \`epoch_s\` (UTC, microseconds), \`price\` (ticks of 0.25), \`size\`
  (contracts), \`side\` (aggressor, B or S)

How they are made: orders arrive by a Hawkes process with three time scales on a
U-shaped day; an efficient price with changing volatility runs as a bridge from
open to close; quotes one tick apart follow it with some stickiness; orders lean
to the side that the price is near and to the side hit last; a quarter of them
fill in several trades at one microsecond; sizes fall as a power law with bumps
at round lots.

The code is in \`formats/samples\`. The same seed gives the same bytes before
compression on every machine. Delete this directory to have it made anew. Keep
your own data elsewhere: a sample is never made beside other files.

| file | trades | SHA-256 before compression |
|---|---|---|
${table.join("\n")}
`;
}
