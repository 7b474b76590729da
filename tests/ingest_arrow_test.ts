import assert from "node:assert/strict";
import { join } from "node:path";
import {
  Dictionary,
  Float32,
  Int32,
  Int64,
  RecordBatch,
  Table,
  tableFromArrays,
  tableToIPC,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { framesOf } from "../formats/arrow/frames.ts";
import { FormatError, ingest, type IngestRequest } from "../formats/mod.ts";
import {
  exactRowsOf,
  faultOf,
  inDirectory,
  mutate,
  requestFor,
} from "./helpers/binary_formats.ts";

const BASE = 1_709_562_600_000_000_000n;
const COLUMNS: IngestRequest["columns"] = {
  time: { column: "ts", unit: "ns" },
  values: { price: { column: "px" } },
};

function arrowRequest(
  directory: string,
  source: string,
  rest: Partial<IngestRequest> = {},
) {
  return requestFor(directory, source, {
    format: "arrow",
    columns: COLUMNS,
    ...rest,
  });
}

/** A table of so many rows, in batches of so many. */
function ticks(rows: number, batch: number): Table {
  const batches: RecordBatch[] = [];
  for (let from = 0; from < rows; from += batch) {
    const length = Math.min(batch, rows - from);
    batches.push(
      ...tableFromArrays({
        ts: BigInt64Array.from(
          { length },
          (_, i) => BASE + BigInt(from + i) * 1001n,
        ),
        px: Float64Array.from(
          { length },
          (_, i) => 100 + (from + i) % 400 * 0.25,
        ),
      }).batches,
    );
  }
  return new Table(batches);
}

for (const form of ["file", "stream"] as const) {
  Deno.test(`Arrow ${form}: all rows of all batches, in order`, () =>
    inDirectory(async (directory) => {
      const path = join(directory, "a.arrow");
      await Deno.writeFile(path, tableToIPC(ticks(150_000, 70_000), form));
      const table = await ingest(
        arrowRequest(directory, path, { tick_size: 0.25 }),
      );
      const rows = exactRowsOf(table);
      assert.equal(rows.length, 150_000);
      rows.forEach(([time, price], i) => {
        if (time === BASE + BigInt(i) * 1001n && price === 100 + i % 400 / 4) {
          return;
        }
        assert.fail(`row ${i} is ${time} ${price}`);
      });
    }));

  Deno.test(`Arrow ${form}: cut anywhere it is an error with the offset`, () =>
    inDirectory(async (directory) => {
      const path = join(directory, "a.arrow");
      const whole = tableToIPC(ticks(500, 100), form);
      for (let cut = 1; cut < whole.length; cut += 131) {
        await Deno.writeFile(path, whole.subarray(0, cut));
        const fault = await faultOf(ingest(arrowRequest(directory, path)));
        assert.equal(fault.file, path);
        if (cut < 8) continue;
        assert.equal(fault.code, "corrupt_file", `cut at ${cut}`);
        assert.ok(fault.offset! <= cut, `cut at ${cut}: ${fault.message}`);
      }
    }));
}

Deno.test("Arrow: times and numbers of every type", () =>
  inDirectory(async (directory) => {
    const ns = [BASE, BASE + 1n, null];
    const vectors = {
      ns: vectorFromArray(ns, new Int64()),
      us: vectorFromArray(
        [1_709_562_600_000, 1_709_562_600_001, null],
        new TimestampMicrosecond("America/New_York"),
      ),
      s: vectorFromArray([1_709_562_600, 1_709_562_601, 5], new Int32()),
      f32: vectorFromArray([1.5, 2.5, null], new Float32()),
      i64: vectorFromArray([3n, 2n ** 53n, 4n], new Int64()),
      text: vectorFromArray(
        ["B", "S", "?"],
        new Dictionary(new Utf8(), new Int32()),
      ),
    };
    const path = join(directory, "a.arrow");
    await Deno.writeFile(path, tableToIPC(new Table(vectors), "file"));
    const read = async (
      time: IngestRequest["columns"]["time"],
      values: IngestRequest["columns"]["values"],
    ) => {
      const table = await ingest(arrowRequest(directory, path, {
        columns: { time, values },
        on_bad_tick: "drop",
        max_bad: 1,
      }));
      return [exactRowsOf(table), table.manifest.quality.rejected];
    };
    const side = { column: "text", map: { B: 1, S: -1 } };
    assert.deepEqual(
      await read({ column: "ns", unit: "ns" }, {
        price: { column: "f32" },
        size: { column: 4, divide: 2 },
        side,
      }),
      [
        [[BASE, 1.5, 1.5, 1], [BASE + 1n, 2.5, 2 ** 52, -1]],
        { unparsable: 1 },
      ],
    );
    assert.deepEqual(
      await read({ column: "us", unit: "iso" }, {
        price: { column: "f32" },
        size: { column: "none", default: 7 },
      }),
      [
        [[BASE, 1.5, 7], [BASE + 1_000_000n, 2.5, 7]],
        { unparsable: 1 },
      ],
    );
    assert.deepEqual(
      await read({ column: "s", unit: "s" }, {
        price: { column: "f32" },
        side,
      }),
      [
        [[BASE, 1.5, 1], [BASE + 1_000_000_000n, 2.5, -1]],
        { nan: 1 },
      ],
    );
  }));

Deno.test("Arrow: a wrong column or type is named", () =>
  inDirectory(async (directory) => {
    const path = join(directory, "a.arrow");
    await Deno.writeFile(path, tableToIPC(ticks(10, 10), "file"));
    const wrong = async (columns: IngestRequest["columns"]) =>
      (await faultOf(ingest(arrowRequest(directory, path, { columns }))))
        .message;
    assert.match(
      await wrong({ ...COLUMNS, values: { price: { column: "price" } } }),
      /current columns are ts, px$/,
    );
    assert.match(
      await wrong({ ...COLUMNS, time: { column: "px", unit: "ns" } }),
      /its type is Float64$/,
    );
  }));

Deno.test("Arrow: a damaged footer, prefix or header is named with its offset", () =>
  inDirectory(async (directory) => {
    const path = join(directory, "a.arrow");
    const whole = tableToIPC(ticks(500, 100), "file");
    const damaged = async (at: number, byte: number) => {
      const bytes = whole.slice();
      bytes[at < 0 ? bytes.length + at : at] = byte;
      await Deno.writeFile(path, bytes);
      const fault = await faultOf(ingest(arrowRequest(directory, path)));
      assert.equal(fault.code, "corrupt_file");
      return [fault.offset, fault.message.replace(/^.*?: /, "")];
    };
    assert.deepEqual(await damaged(-1, 0), [
      whole.length,
      "its end is no Arrow footer",
    ]);
    assert.deepEqual((await damaged(-7, 0x70))[0], whole.length - 10);
    assert.deepEqual(await damaged(8, 0), [8, "no message begins here"]);
    assert.deepEqual(await damaged(15, 0x7f), [
      8,
      `the message that begins here claims ${
        new DataView(whole.buffer, whole.byteOffset).getUint32(12, true) +
        0x7f000000
      } bytes`,
    ]);
  }));

for (const name of ["zstd.feather", "lz4.feather", "stream.arrows"]) {
  Deno.test(`Arrow as pyarrow writes it: ${name}`, () =>
    inDirectory(async (directory) => {
      const table = await ingest(
        arrowRequest(directory, `tests/golden/arrow/${name}`, {
          tick_size: 0.25,
          on_bad_tick: "quarantine",
          max_bad: 1,
          columns: {
            time: { column: "ts", unit: "iso" },
            values: {
              price: { column: "px" },
              size: { column: "qty" },
              side: { column: "side", map: { B: 1, S: -1 } },
            },
          },
        }),
      );
      const expected = Array.from({ length: 300 }, (_, i) => [
        BASE + BigInt(i) * 1001n,
        18_000 + i % 7 * 0.25,
        1 + i % 3,
        i % 3 === 0 ? -1 : 1,
      ]);
      assert.deepEqual(exactRowsOf(table), expected.toSpliced(5, 1));
      assert.deepEqual(table.manifest.quality.rejected, { nan: 1 });
      assert.match(
        Deno.readTextFileSync(join(table.directory, "quarantine.csv")),
        /,6,nan,"1709562600000005005,18001.25,NaN,1"\n$/,
      );
    }));
}

Deno.test("Arrow: changed bytes of packed batches never crash", () =>
  inDirectory(async (directory) => {
    const runs = Number(Deno.env.get("FUZZ_INPUTS") ?? 60);
    for (const name of ["zstd.feather", "lz4.feather", "stream.arrows"]) {
      const path = join(directory, name);
      const seen = await mutate({
        bytes: await Deno.readFile(`tests/golden/arrow/${name}`),
        path,
        runs,
        request: (run) =>
          arrowRequest(directory, path, {
            store: join(directory, `store-${name}${run}`),
            on_bad_tick: "drop",
            max_bad: 1,
            columns: {
              time: { column: "ts", unit: "iso" },
              values: {
                price: { column: "px" },
                side: { column: "side", map: { B: 1, S: -1 } },
              },
            },
          }),
      });
      assert.ok(seen.failed > 0 && seen.failed < runs, JSON.stringify(seen));
    }
  }));

Deno.test("Hive partitions: folders are chosen by instrument and period", () =>
  inDirectory(async (directory) => {
    const day = 86_400_000_000_000n;
    const first = BigInt(Date.parse("2024-03-04")) * 1_000_000n;
    for (const name of ["ES", "N/Q"]) {
      for (let i = 0; i < 6; i++) {
        const folder = join(
          directory,
          `raw/instrument=${encodeURIComponent(name)}/date=2024-03-0${4 + i}`,
        );
        await Deno.mkdir(folder, { recursive: true });
        const at = first + BigInt(i) * day;
        await Deno.writeFile(
          join(folder, "part-0.arrow"),
          tableToIPC(
            tableFromArrays({
              ts: BigInt64Array.of(at, at + day / 2n),
              px: Float64Array.of(i + 1, name === "ES" ? 50 : 60),
            }),
            "file",
          ),
        );
      }
    }
    const source = join(directory, "raw/**/date=*/*.arrow");
    const read = (rest: Partial<IngestRequest>) =>
      ingest(arrowRequest(directory, source, { instrument: "ES", ...rest }));
    const whole = await read({});
    assert.deepEqual(
      [whole.manifest.rows, whole.manifest.source.files.length],
      [12, 6],
    );
    const named = await read({ symbol: "N/Q" });
    assert.equal(exactRowsOf(named)[1][1], 60);
    const period = {
      from: String(first + 3n * day),
      to: String(first + 4n * day),
    };
    const some = await read({ period });
    assert.deepEqual(exactRowsOf(some).map((row) => row[1]), [4, 50]);
    assert.deepEqual(
      some.manifest.source.files.map(({ path }) =>
        /date=(.*)[/]/.exec(path)?.[1]
      ),
      ["2024-03-06", "2024-03-07", "2024-03-08"],
    );
    const lost = await faultOf(
      Promise.resolve().then(() => read({ symbol: "CL" })),
    );
    assert.equal(lost.code, "source_not_found");
    assert.match(lost.hint ?? "", /folders of ES, N[/]Q/);
    const late = await faultOf(
      Promise.resolve().then(() =>
        read({ period: { from: String(first + 99n * day) } })
      ),
    );
    assert.match(late.hint ?? "", /2024-03-04 to 2024-03-09$/);
  }));

Deno.test("Arrow: damaged counts in headers neither hang nor fill the memory", () =>
  inDirectory(async (directory) => {
    const path = join(directory, "a.arrow");
    const whole = tableToIPC(ticks(60, 30), "stream");
    const headers = new DataView(whole.buffer, whole.byteOffset);
    const schema = 8 + headers.getUint32(4, true);
    const end = schema + 8 + headers.getUint32(schema + 4, true);
    const begun = performance.now();
    let failed = 0;
    for (let at = 8; at < end; at += 2) {
      const bytes = whole.slice();
      bytes[at] ^= at % 4 === 0 ? 0x7f : 0xff;
      await Deno.writeFile(path, bytes);
      try {
        for (const frame of framesOf(path)) assert.ok(frame.offset >= 0);
        const store = join(directory, `store${at}`);
        const { manifest } = await ingest(
          arrowRequest(directory, path, {
            store,
            on_bad_tick: "drop",
            max_bad: 1,
          }),
        );
        assert.ok(manifest.quality.read <= 60);
      } catch (error) {
        assert.ok(error instanceof FormatError, `byte ${at}: ${error}`);
        failed++;
      }
    }
    assert.ok(failed > 20);
    assert.ok(performance.now() - begun < 60_000);
  }));
