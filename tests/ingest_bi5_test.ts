import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { compress } from "lzma1";
import { expandSource, ingest } from "../formats/mod.ts";
import { unpackLzma } from "../formats/bi5/lzma.ts";
import {
  DATA,
  dataTest,
  faultOf,
  inDirectory,
  mutate,
  requestFor,
  rowsOf,
} from "./helpers/binary_formats.ts";

const format = "bi5";
const rows = "quotes";
const HOUR = "2024/00/31/05h_ticks.bi5";

/** Rows of `[ms, ask, bid, ask volume, bid volume]` as a file holds them. */
function contentOf(rows: readonly number[][]): Uint8Array {
  const content = new Uint8Array(rows.length * 20);
  const view = new DataView(content.buffer);
  rows.forEach((row, i) =>
    row.forEach((value, j) =>
      j < 3
        ? view.setUint32(i * 20 + j * 4, value)
        : view.setFloat32(i * 20 + j * 4, value)
    )
  );
  return content;
}

const ROWS = Array.from({ length: 40 }, (_, i) => [
  i * 50,
  108_010 + i % 7,
  108_000 + i % 5,
  0.75,
  1.12,
]);

async function writeHour(
  directory: string,
  content: Uint8Array,
): Promise<string> {
  const path = join(directory, HOUR);
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(path, Uint8Array.from(compress(content)));
  return path;
}

dataTest("the files unpack to the bytes that liblzma gives", async () => {
  // Python: lzma.decompress(bytes, format=lzma.FORMAT_ALONE), files in order.
  const hash = createHash("sha256");
  const files = expandSource(`${DATA}/eurusd/dukascopy-2019/**/*.bi5`);
  for (const { path } of files) {
    hash.update(unpackLzma(path, await Deno.readFile(path)));
  }
  assert.equal(
    hash.digest("hex"),
    "af7df52ac55c69ba8f79fbdb33235c7583db0e597b6879896f70b101e4048252",
  );
});

Deno.test("a row's time, prices and sizes are those of the file", () =>
  inDirectory(async (directory) => {
    const path = await writeHour(directory, contentOf(ROWS));
    const table = await ingest(requestFor(directory, path, { format, rows }));
    const start = BigInt(Date.UTC(2024, 0, 31, 5)) * 1_000_000n;
    assert.equal(BigInt(table.manifest.first ?? 0), start);
    assert.deepEqual(
      rowsOf(table),
      ROWS.map(([ms, ask, bid]) => [
        ms * 1e6,
        bid / 1e5,
        ask / 1e5,
        Math.fround(1.12),
        0.75,
      ]),
    );
  }));

Deno.test("a time past the hour's end is a bad row", () =>
  inDirectory(async (directory) => {
    const late = ROWS.map((row, i) =>
      i === 3 ? [3_600_000, ...row.slice(1)] : row
    );
    const path = await writeHour(directory, contentOf(late));
    const fault = await faultOf(
      ingest(requestFor(directory, path, { format, rows })),
    );
    assert.equal(fault.code, "bad_data");
    assert.equal(fault.offset, 60);
  }));

Deno.test("a cut file names itself and the byte", () =>
  inDirectory(async (directory) => {
    const path = await writeHour(directory, contentOf(ROWS));
    const bytes = await Deno.readFile(path);
    for (const length of [13, 30, bytes.length - 8]) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      const fault = await faultOf(
        ingest(requestFor(directory, path, { format, rows })),
      );
      assert.equal(fault.code, "corrupt_file");
      assert.equal(fault.file, path);
      assert.ok(fault.offset !== undefined && fault.offset <= length + 13);
    }
    const odd = await writeHour(directory, contentOf(ROWS).subarray(0, 50));
    const fault = await faultOf(
      ingest(requestFor(directory, odd, { format, rows })),
    );
    assert.equal(fault.offset, 5);
  }));

Deno.test("mutated files give a fault or rows that add up", () =>
  inDirectory(async (directory) => {
    const path = await writeHour(directory, contentOf(ROWS));
    const { failed, read } = await mutate({
      bytes: await Deno.readFile(path),
      path,
      request: (run) =>
        requestFor(join(directory, String(run)), path, {
          format,
          rows,
          on_bad_tick: "drop",
          max_bad: 1,
        }),
      runs: 200,
    });
    assert.ok(failed > 0 && read > 0, `${failed} failed, ${read} read`);
  }));
