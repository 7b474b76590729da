import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { FormatError, ingest, type IngestRequest } from "../formats/mod.ts";
import { READERS } from "../formats/ticks/readers.ts";
import {
  exactRowsOf,
  faultOf,
  inDirectory,
  mutate,
  requestFor,
} from "./helpers/binary_formats.ts";
import {
  TAPE_FORMATS,
  type TapeFormat,
  tapeOf,
  writeTape,
} from "./helpers/tape_files.ts";

const FUZZ_INPUTS = Number(Deno.env.get("FUZZ_INPUTS") ?? 25);
const LOOSE = { on_bad_tick: "quarantine", max_bad: 1 } as const;

function expectedOf(format: TapeFormat, rows: number): (bigint | number)[][] {
  const tape = tapeOf(rows);
  return tape.time.map((time, i) => [time, ...format.row(tape, i)]);
}

/** The rows of some bytes as a format; each call has a store of its own. */
async function read(
  directory: string,
  format: TapeFormat,
  bytes: Uint8Array,
  rest: Partial<IngestRequest> = {},
) {
  const path = await writeTape(directory, format, bytes);
  const store = join(directory, crypto.randomUUID());
  const request = requestFor(directory, path, {
    ...format.request,
    store,
    ...rest,
  });
  return await ingest(request);
}

for (const format of TAPE_FORMATS) {
  const { name } = format;

  Deno.test(`${name}: every row, in order, to the bit`, () =>
    inDirectory(async (directory) => {
      for (const rows of [1, 3_000, 20_000]) {
        const table = await read(directory, format, format.bytes(tapeOf(rows)));
        assert.deepEqual(exactRowsOf(table), expectedOf(format, rows));
        assert.deepEqual(table.manifest.quality, {
          read: rows,
          kept: rows,
          rejected: {},
          quarantine: null,
        });
      }
    }));

  Deno.test(`${name}: a bad row is counted, with its place, and the rest is kept`, () =>
    inDirectory(async (directory) => {
      const tape = tapeOf(50);
      const bad = 5;
      const bytes = format.bytes({ ...tape, price: tape.price.with(bad, 0) });
      const table = await read(directory, format, bytes, LOOSE);
      assert.deepEqual(table.manifest.quality.rejected, {
        non_positive_price: 1,
      });
      assert.deepEqual(
        exactRowsOf(table),
        expectedOf(format, 50).toSpliced(bad, 1),
      );
      const [head, line, ...more] = Deno.readTextFileSync(
        join(table.directory, "quarantine.csv"),
      ).trim().split("\n");
      assert.deepEqual(more, []);
      const [file, place, kind] = line.split(",");
      assert.ok(file.endsWith(format.path));
      assert.equal(Number(place), format.place(bad, bytes));
      assert.equal(kind, "non_positive_price");
      const fault = await faultOf(read(directory, format, bytes));
      assert.equal(fault.code, "bad_data");
      const where = head.includes("offset") ? fault.offset : fault.line;
      assert.equal(where, format.place(bad, bytes));
    }));

  Deno.test(`${name}: rows out of order are bad, or sorted within the window`, () =>
    inDirectory(async (directory) => {
      const tape = tapeOf(50);
      const { time } = tape;
      const late = time.with(7, time[5] - 1_000_000n);
      const bytes = format.bytes({ ...tape, time: late });
      const bad = await read(directory, format, bytes, LOOSE);
      assert.deepEqual(bad.manifest.quality.rejected, { out_of_order: 1 });
      const sorted = await read(directory, format, bytes, { sort_window: 1e9 });
      const times = exactRowsOf(sorted).map(([at]) => at);
      assert.deepEqual(times, late.toSorted((a, b) => a < b ? -1 : 1));
    }));

  Deno.test(`${name}: a period is cut out of it`, () =>
    inDirectory(async (directory) => {
      const { time } = tapeOf(50);
      const period = { from: String(time[10]), to: String(time[20]) };
      const bytes = format.bytes(tapeOf(50));
      const table = await read(directory, format, bytes, { period });
      assert.deepEqual(
        exactRowsOf(table),
        expectedOf(format, 50).slice(10, 20),
      );
      assert.equal(table.manifest.quality.outside, 40);
    }));

  Deno.test(`${name}: cut anywhere it is an error that names the file, or the rows before`, () =>
    inDirectory(async (directory) => {
      const bytes = format.bytes(tapeOf(60));
      const expected = expectedOf(format, 60);
      const step = Math.max(1, Math.floor(bytes.length / 25));
      let errors = 0;
      for (let cut = 0; cut < bytes.length; cut += step) {
        try {
          const table = await read(
            directory,
            format,
            bytes.subarray(0, cut),
            LOOSE,
          );
          const rows = exactRowsOf(table);
          assert.notEqual(format.cut, "error", `a cut at ${cut} was taken`);
          if (format.cut === "whole") assert.equal(rows.length, 60);
          // Text that ends within a number is another number.
          const sure = format.cut === "text" ? rows.length - 1 : rows.length;
          assert.deepEqual(rows.slice(0, sure), expected.slice(0, sure));
          assert.ok(rows.length <= expected.length);
        } catch (error) {
          assert.ok(error instanceof FormatError, `a cut at ${cut}: ${error}`);
          assert.ok(
            error.file?.endsWith(format.path),
            `a cut at ${cut}: ${error.message}`,
          );
          if (cut > 200 && format.cut !== "text") {
            assert.equal(error.code, "corrupt_file");
            if (name !== "parquet") {
              assert.ok(error.offset! <= cut, `a cut at ${cut}`);
            }
          }
          errors++;
        }
      }
      assert.ok(errors > 0);
    }));

  if (format.streams) {
    Deno.test(`${name}: bytes may come in pieces of any size, packed or not`, () =>
      inDirectory(async (directory) => {
        const bytes = format.bytes(tapeOf(700));
        const expected = expectedOf(format, 700);
        for (const pack of [(b: Uint8Array) => b, gzipSync, zstdCompressSync]) {
          const path = await writeTape(directory, format, pack(bytes));
          for (const readBytes of [1_000_000, 4_099, 61, 7]) {
            const reader = await READERS[format.request.format].load();
            const request = requestFor(directory, path, format.request);
            const rows: (bigint | number)[][] = [];
            const batches = reader({
              ...request,
              rows: request.rows ?? "trades",
              file: { path, bytes: 0, modified: 0 },
              readBytes,
            });
            for await (const { time, values, rows: count, bad } of batches) {
              assert.equal(bad, 0);
              for (let i = 0; i < count; i++) {
                rows.push([time[i], ...values.map((column) => column[i])]);
              }
            }
            assert.deepEqual(rows, expected, `pieces of ${readBytes}`);
          }
        }
      }));
  }

  Deno.test(`${name}: changed bytes never crash, hang or lose a row`, () =>
    inDirectory(async (directory) => {
      const bytes = format.bytes(tapeOf(40));
      const path = await writeTape(directory, format, bytes);
      const seen = await mutate({
        bytes,
        path,
        runs: FUZZ_INPUTS,
        request: (run) =>
          requestFor(directory, path, {
            ...format.request,
            ...LOOSE,
            store: join(directory, `store${run}`),
          }),
      });
      assert.equal(seen.failed + seen.read, FUZZ_INPUTS);
    }));
}
