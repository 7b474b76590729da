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
import type { FileText } from "./text_writer.ts";

const compress = promisify(gzip) as (
  bytes: Uint8Array,
  options: { level: number },
) => Promise<Uint8Array>;

export interface SampleOptions {
  /** Unsigned 32-bit integer. The same seed gives the same rows on every machine. */
  readonly seed?: number;
  /** Called after every file. */
  readonly onProgress?: (progress: SampleProgress) => void;
  /** Stops between two files; what was written so far stays, unsealed. */
  readonly signal?: AbortSignal;
}

export interface SampleProgress {
  readonly files: number;
  readonly total: number;
  /** Rows written so far. */
  readonly rows: number;
}

export interface Sample {
  /** Paths that begin with the directory, in order of date. */
  readonly files: string[];
  /** Rows in all files. */
  readonly rows: number;
}

/** A data set that the project makes itself. */
export interface SampleSpec {
  /** Names of the files, in order of date. */
  readonly names: readonly string[];
  readonly seed: number;
  /** A generator of the text of the n-th file; files do not need each other. */
  readonly texts: (seed: number) => (index: number) => FileText;
  /** What `SAMPLE.md` says between its first paragraph and its table. */
  readonly about: string;
  /** What a row is, for the table: `trades`. */
  readonly unit: string;
}

/** A data set that the project makes itself, in the one directory that is its own. */
export interface SampleSource {
  /** Relative to the working directory. */
  readonly directory: string;
  /** What `directory` holds of the sample. */
  readonly state: (directory: string) => Promise<SampleState>;
  readonly make: (
    directory: string,
    options?: SampleOptions,
  ) => Promise<Sample>;
}

/** A sample with its directory. */
export function sampleSource(
  directory: string,
  spec: SampleSpec,
): SampleSource {
  return {
    directory,
    state: (place) => stateOf(place, spec.names),
    make: (place, options) => makeSample(place, spec, options),
  };
}

/** True when `directory` holds the whole sample. */
export function holdsSample(
  directory: string,
  { names }: SampleSpec,
): Promise<boolean> {
  return isWhole(directory, names);
}

/**
 * Writes a sample: one gzip CSV a file, and `SAMPLE.md` at the end.
 *
 * @throws Error with code `store_write` when the directory holds other files;
 * the signal's reason when it aborts.
 */
export async function makeSample(
  directory: string,
  spec: SampleSpec,
  { seed = spec.seed, onProgress, signal }: SampleOptions = {},
): Promise<Sample> {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(
      `Cannot seed the sample with anything but an integer from 0 to 4294967295: current value is ${seed}`,
    );
  }
  signal?.throwIfAborted();
  const { names } = spec;
  await claim(directory, names);
  const text = spec.texts(seed);
  const made: MadeFile[] = [];
  let total = 0;
  for (const [index, name] of names.entries()) {
    signal?.throwIfAborted();
    const { bytes, rows } = text(index);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await writeWhole(directory, name, await compress(bytes, { level: 4 }));
    made.push({ name, rows, sha256 });
    total += rows;
    onProgress?.({ files: made.length, total: names.length, rows: total });
  }
  await seal(directory, marker(spec, seed, made));
  return { files: names.map((name) => join(directory, name)), rows: total };
}

interface MadeFile {
  readonly name: string;
  readonly rows: number;
  readonly sha256: string;
}

function marker(
  { about, unit }: SampleSpec,
  seed: number,
  files: readonly MadeFile[],
): string {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const table = files.map((file) =>
    `| ${file.name} | ${file.rows} | ${file.sha256} |`
  );
  return `# Synthetic sample

These files are made up. They look like a market's, but nothing in them ever
took place: use them to try the software, never to judge a strategy.

- Seed: ${seed}
- Files: ${files.length}
- Rows: ${rows}

${about.trim()}

The code is in \`formats/samples\`. The same seed gives the same bytes before
compression on every machine. Delete this directory to have it made anew. Keep
your own data elsewhere: a sample is never made beside other files.

| file | ${unit} | SHA-256 before compression |
|---|---|---|
${table.join("\n")}
`;
}
