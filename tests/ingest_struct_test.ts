import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import {
  ingest,
  type IngestRequest,
  type StructLayout,
} from "../formats/mod.ts";
import {
  exactRowsOf,
  faultOf,
  inDirectory,
  mutate,
  requestFor,
} from "./helpers/binary_formats.ts";

const BASE = 1_709_562_600_000_000_000n;
const LAYOUT: StructLayout = {
  record: 24,
  header: 0,
  time: { at: 0, type: "i64", unit: "ns" },
  values: {
    price: { at: 8, type: "f64" },
    size: { at: 16, type: "u32" },
    side: { at: 20, type: "u8", map: { 66: 1, 83: -1 } },
  },
};

function recordsOf(rows: number, layout = LAYOUT): Uint8Array<ArrayBuffer> {
  const { record, header } = layout;
  const bytes = new Uint8Array(header + rows * record).fill(0xee);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < rows; i++) {
    const at = header + i * record;
    view.setBigInt64(at, BASE + BigInt(i) * 7n, true);
    view.setFloat64(at + 8, 100 + i % 40 * 0.25, true);
    view.setUint32(at + 16, 1 + i % 9, true);
    view.setUint8(at + 20, i % 2 === 0 ? 66 : 83);
  }
  return bytes;
}

function expectedOf(rows: number) {
  return Array.from({ length: rows }, (_, i) => [
    BASE + BigInt(i) * 7n,
    100 + i % 40 * 0.25,
    1 + i % 9,
    i % 2 === 0 ? 1 : -1,
  ]);
}

function structRequest(
  directory: string,
  source: string,
  struct = LAYOUT,
  rest: Partial<IngestRequest> = {},
) {
  return requestFor(directory, source, { format: "struct", struct, ...rest });
}

const PACKINGS: readonly [string, (bytes: Uint8Array) => Uint8Array][] = [
  ["plain", (bytes) => bytes],
  ["gzip", (bytes) => gzipSync(bytes)],
  ["zstd", (bytes) => zstdCompressSync(bytes)],
];

for (const [name, pack] of PACKINGS) {
  Deno.test(`struct, ${name}: every record, over all edges of chunks`, () =>
    inDirectory(async (directory) => {
      const path = join(directory, "ticks.bin");
      await Deno.writeFile(path, pack(recordsOf(40_000)));
      const table = await ingest(structRequest(directory, path));
      assert.deepEqual(exactRowsOf(table), expectedOf(40_000));
    }));
}

Deno.test("struct: every type, as Python's struct packs it", () =>
  inDirectory(async (directory) => {
    const path = join(directory, "ticks.bin");
    // Python: struct.pack("<IbBhHiqQfd", 5, -2, 3, -4, 5, -6, 7, 8, 9.5, 10.25)
    await Deno.writeFile(
      path,
      Uint8Array.fromHex(
        "05000000fe03fcff0500faffffff07000000000000000800000000000000000018410000000000802440",
      ),
    );
    const at = {
      i8: 4,
      u8: 5,
      i16: 6,
      u16: 8,
      i32: 10,
      i64: 14,
      u64: 22,
      f32: 30,
      f64: 34,
    };
    const found: Record<string, number> = {};
    for (const [type, from] of Object.entries(at)) {
      const value = { at: from, type: type as "i8", divide: 2 };
      const table = await ingest(
        structRequest(directory, path, {
          record: 42,
          header: 0,
          time: { at: 0, type: "u32", unit: "s" },
          values: { price: { at: 34, type: "f64" }, side: value },
        }),
      );
      const [[time, , number]] = exactRowsOf(table);
      assert.equal(time, 5_000_000_000n);
      found[type] = Number(number) * 2;
    }
    assert.deepEqual(found, {
      i8: -2,
      u8: 3,
      i16: -4,
      u16: 5,
      i32: -6,
      i64: 7,
      u64: 8,
      f32: 9.5,
      f64: 10.25,
    });
  }));

Deno.test("struct: a header is passed over; bad records have offset and bytes", () =>
  inDirectory(async (directory) => {
    const path = join(directory, "ticks.bin");
    const layout = { ...LAYOUT, header: 10 };
    const bytes = recordsOf(5, layout);
    const view = new DataView(bytes.buffer);
    view.setBigInt64(10 + 24, -1n, true);
    view.setUint8(10 + 48 + 20, 0);
    view.setFloat64(10 + 72 + 8, NaN, true);
    await Deno.writeFile(path, bytes);
    const table = await ingest(
      structRequest(directory, path, layout, {
        on_bad_tick: "quarantine",
        max_bad: 1,
      }),
    );
    assert.deepEqual(table.manifest.quality.rejected, {
      unparsable: 2,
      nan: 1,
    });
    const lines = Deno.readTextFileSync(
      join(table.directory, "quarantine.csv"),
    ).trim().split("\n");
    assert.equal(lines[0], "file,offset,kind,row");
    assert.equal(
      lines[1],
      `${path},34,unparsable,${bytes.subarray(34, 58).toHex()}`,
    );
    assert.match(lines[2], /,58,unparsable,/);
    assert.match(lines[3], /,82,nan,/);
  }));

Deno.test("struct: a file that ends within a record or the header is an error with its offset", () =>
  inDirectory(async (directory) => {
    const path = join(directory, "ticks.bin");
    const layout = { ...LAYOUT, header: 10 };
    const whole = recordsOf(3, layout);
    for (let cut = 1; cut < whole.length; cut++) {
      await Deno.writeFile(path, whole.subarray(0, cut));
      if ((cut - 10) % 24 === 0) continue;
      const fault = await faultOf(
        ingest(structRequest(directory, path, layout)),
      );
      assert.equal(fault.code, "corrupt_file", `cut at ${cut}`);
      assert.equal(fault.offset, cut);
    }
  }));

Deno.test("struct: changed bytes never crash", () =>
  inDirectory(async (directory) => {
    const path = join(directory, "ticks.bin.gz");
    const runs = Number(Deno.env.get("FUZZ_INPUTS") ?? 60);
    const seen = await mutate({
      bytes: gzipSync(recordsOf(200)),
      path,
      runs,
      request: (run) =>
        structRequest(directory, path, LAYOUT, {
          store: join(directory, `store${run}`),
          on_bad_tick: "drop",
          max_bad: 1,
        }),
    });
    assert.ok(seen.failed > 0, JSON.stringify(seen));
  }));
