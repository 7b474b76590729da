import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import {
  FormatError,
  ingest,
  type IngestRequest,
  type StoredTable,
  TableReader,
} from "../../formats/mod.ts";
import { BATCH_ROWS } from "../../formats/table.ts";

export const DATA = "../shared/data";

/** A test of real files, with a directory of its own; skipped without them. */
export function dataTest(
  name: string,
  run: (directory: string) => Promise<void>,
): void {
  const present = existsSync(DATA);
  Deno.test({
    name: present ? name : `${name} (skipped: ${DATA} is absent)`,
    ignore: !present,
    fn: () => inDirectory(run),
  });
}

export async function inDirectory(
  run: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

export function requestFor(
  directory: string,
  source: string,
  rest: Partial<IngestRequest> & Pick<IngestRequest, "format">,
): IngestRequest {
  return {
    instrument: "X",
    source,
    columns: { time: { column: 0, unit: "iso" }, values: {} },
    csv: { header: true, delimiter: "," },
    on_bad_tick: "fail",
    max_bad: 0,
    store: join(directory, "store"),
    synthetic: false,
    ...rest,
  };
}

/** All rows of a table: time in epoch nanoseconds, then the columns. */
export function rowsOf({ directory, manifest }: StoredTable): number[][] {
  using reader = TableReader.open(directory);
  const { columns } = manifest;
  const into = Array.from(
    { length: columns.length + 1 },
    () => new Float64Array(BATCH_ROWS),
  );
  const rows: number[][] = [];
  const origin = BigInt(manifest.first ?? 0);
  for (let b = 0; b < reader.batches.length; b++) {
    const count = reader.readBatch(b, columns, into, origin);
    for (let i = 0; i < count; i++) {
      rows.push(into.map((column) => column[i]));
    }
  }
  return rows;
}

export async function faultOf(promise: Promise<unknown>): Promise<FormatError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof FormatError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "it did not fail" });
}

export interface MutationOptions {
  readonly bytes: Uint8Array;
  /** The file to write the changed bytes to. */
  readonly path: string;
  readonly request: (run: number) => IngestRequest;
  readonly runs: number;
}

/**
 * Changes, cuts and grows a file by a fixed seed: what comes of it is a
 * `FormatError` that names the file, or rows that add up.
 */
export async function mutate(
  { bytes, path, request, runs }: MutationOptions,
): Promise<{ failed: number; read: number }> {
  const seen = { failed: 0, read: 0 };
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), {
        maxLength: 4,
      }),
      fc.option(fc.nat(bytes.length), { freq: 3 }),
      fc.uint8Array({ maxLength: 8 }),
      async (changes, cut, tail) => {
        const changed = new Uint8Array([
          ...bytes.subarray(0, cut ?? undefined),
          ...tail,
        ]);
        for (const [at, value] of changes) {
          if (at < changed.length) changed[at] = value;
        }
        await Deno.writeFile(path, changed);
        let table: StoredTable;
        try {
          table = await ingest(request(run++));
        } catch (error) {
          assert.ok(error instanceof FormatError, String(error));
          assert.equal(error.file, path);
          seen.failed++;
          return;
        }
        const { quality, rows } = table.manifest;
        const rejected = Object.values(quality.rejected)
          .reduce((sum, count) => sum + count, 0);
        assert.equal(quality.read, quality.kept + rejected);
        assert.equal(rows, quality.kept);
        seen.read++;
      },
    ),
    { seed: 20_190_204, numRuns: runs, endOnFailure: true },
  );
  return seen;
}

/** All rows of a table: time in nanoseconds to the bit, then the columns. */
export function exactRowsOf(
  { directory }: StoredTable,
): (bigint | number)[][] {
  using reader = TableReader.open(directory);
  const { columns, rows } = reader.manifest;
  const time = new BigInt64Array(rows);
  const into = columns.map(() => new Float64Array(rows));
  const found: (bigint | number)[][] = [];
  for (let b = 0; b < reader.batches.length; b++) {
    const count = reader.readRaw(b, columns, time, into);
    for (let i = 0; i < count; i++) {
      found.push([time[i], ...into.map((column) => column[i])]);
    }
  }
  return found;
}
