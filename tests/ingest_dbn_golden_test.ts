import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { OrderBook } from "../formats/book/order_book.ts";
import { parseHeader } from "../formats/dbn/header.ts";
import { unpacked } from "../formats/ticks/unpack.ts";
import { ingest, type IngestRequest, type RowsWanted } from "../formats/mod.ts";
import golden from "./golden/dbn.json" with { type: "json" };
import {
  DATA,
  dataTest,
  faultOf,
  inDirectory,
  mutate,
  requestFor,
  rowsOf,
} from "./helpers/binary_formats.ts";

const ES = `${DATA}/es/esh4-glbx-mdp3-20231225.mbo.dbn.zst`;
const HEADER = 160;
const UNDEFINED = 2n ** 63n - 1n;

type Value = string | number | null;

function request(
  directory: string,
  source: string,
  rows: RowsWanted,
  rest: Partial<IngestRequest> = {},
): IngestRequest {
  return requestFor(directory, source, {
    format: "dbn",
    rows,
    ...rest,
  });
}

for (const [name, expected] of Object.entries(golden.fixtures)) {
  const schema = basename(name).split(".")[1];
  const kinds: RowsWanted[] = schema === "trades"
    ? ["trades"]
    : schema.startsWith("bbo")
    ? ["quotes"]
    : schema === "tbbo"
    ? ["trades", "trades_with_quotes", "quotes"]
    : ["quotes"];
  for (const rows of kinds) {
    dataTest(
      `${name} gives the ${rows} of Databento's own reader`,
      async (directory) => {
        const whole = (expected as Value[][]).map((row) => ({
          time: BigInt(row[0] ?? 0),
          values: row.slice(
            rows === "quotes" ? 4 : 1,
            rows === "trades" ? 4 : 8,
          ),
        }));
        // A record without a bid or an ask tells of no quote, and one that repeats
        // the last tells of no change: they are no rows.
        const good = whole.filter(({ values }, i) =>
          !values.includes(null) &&
          (rows !== "quotes" ||
            String(values) !== String(whole[i - 1]?.values))
        );
        const source = `${DATA}/dbn/${name}`;
        const policy = { on_bad_tick: "drop", max_bad: 1 } as const;
        const table = await ingest(request(directory, source, rows, policy));
        const { quality, first } = table.manifest;
        assert.equal(quality.read, good.length);
        assert.equal(quality.kept, good.length);
        assert.equal(first, String(good[0].time));
        assert.deepEqual(
          rowsOf(table),
          good.map(({ time, values }) => [
            Number(time - good[0].time),
            ...values,
          ]),
        );
      },
    );
  }
}

dataTest(
  "a day's order-by-order feed gives the quotes of an independent book",
  async (directory) => {
    const table = await ingest(
      request(directory, ES, "quotes", { tick_size: 0.25 }),
    );
    const { quotes, first, last, sums } = golden.es_mbo;
    assert.equal(table.manifest.rows, quotes);
    assert.equal(table.manifest.first, String(first[0]));
    assert.equal(table.manifest.last, String(last[0]));
    const rows = rowsOf(table);
    assert.deepEqual(rows.at(-1)?.slice(1), [4810, 4810.25, 22, 28]);
    const total = [1, 2, 3, 4].map((c) =>
      rows.reduce((sum, row) => sum + row[c], 0)
    );
    assert.deepEqual(
      total,
      sums.map((sum, i) => i < 2 ? Number(BigInt(sum)) / 1e9 : Number(sum)),
    );
  },
);

dataTest(
  "its trades are all there, with the quote from before each",
  async (directory) => {
    const { trades, contracts, side, unquoted, qsums } = golden.es_mbo;
    const plain = await ingest(
      request(directory, ES, "trades", { tick_size: 0.25 }),
    );
    assert.equal(plain.manifest.rows, trades);
    const rows = rowsOf(plain);
    assert.equal(rows.reduce((sum, row) => sum + row[2], 0), contracts);
    assert.equal(rows.reduce((sum, row) => sum + row[3], 0), side);
    const prices = rows.map((row) => row[1]);
    assert.equal(Math.min(...prices), 4800.25);
    assert.equal(Math.max(...prices), 4811.75);
    const quoted = await ingest(
      request(directory, ES, "trades_with_quotes", {
        on_bad_tick: "drop",
        max_bad: 0.001,
      }),
    );
    assert.deepEqual(quoted.manifest.quality.rejected, {});
    const beside = rowsOf(quoted);
    assert.equal(beside.length, trades - unquoted);
    const total = [4, 5, 6, 7].map((c) =>
      beside.reduce((sum, row) => sum + row[c], 0)
    );
    assert.deepEqual(
      total,
      qsums.map((sum, i) => i < 2 ? Number(BigInt(sum)) / 1e9 : Number(sum)),
    );
  },
);

dataTest(
  "every order message is counted, and the book does not cross after the auction",
  async () => {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of unpacked(ES)) pieces.push(piece);
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    const header = parseHeader(ES, bytes);
    assert.ok(typeof header !== "number" && header.version === 1);
    const view = new DataView(bytes.buffer);
    const auction = BigInt(Date.UTC(2023, 11, 25, 23)) * 1_000_000n;
    const book = new OrderBook();
    const counts: Record<string, number> = {};
    let [crossed, events] = [0, 0];
    for (let at = header.length; at < bytes.length; at += 56) {
      const action = String.fromCharCode(bytes[at + 38]);
      counts[action] = (counts[action] ?? 0) + 1;
      const id = view.getBigUint64(at + 16, true);
      const price = Number(view.getBigInt64(at + 24, true));
      const size = view.getUint32(at + 32, true);
      const side = bytes[at + 39] === 0x42 ? 1 : -1;
      if (action === "A") assert.ok(book.add(id, side, price, size));
      else if (action === "C") assert.ok(book.reduce(id, size));
      else if (action === "M") assert.ok(book.modify(id, price, size));
      if ((bytes[at + 36] & 0x80) === 0) continue;
      if (view.getBigUint64(at + 8, true) < auction) continue;
      events++;
      if (!(book.bids.best < book.asks.best)) crossed++;
    }
    assert.deepEqual(counts, {
      A: 29_216,
      C: 17_999,
      M: 12_233,
      F: 6371,
      T: 2973,
    });
    assert.ok(events > 10_000, `${events} events`);
    assert.equal(crossed, 0);
    assert.equal(book.bids.best, 4810e9);
    assert.equal(book.bids.bestSize, 22);
    assert.equal(book.asks.best, 4810.25e9);
    assert.equal(book.asks.bestSize, 28);
  },
);

interface Trade {
  readonly price: bigint;
  readonly size?: number;
  readonly side?: string;
  readonly time?: bigint;
  readonly id?: number;
}

/** A file of the schema trades. */
function tradesFile(version: number, trades: readonly Trade[]): Uint8Array {
  const bytes = new Uint8Array(HEADER + trades.length * 48);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("DBN"));
  bytes[3] = version;
  view.setUint32(4, HEADER - 8, true);
  view.setUint16(24, 4, true);
  trades.forEach((trade, i) => {
    const at = HEADER + i * 48;
    const { price, size = 1, side = "B", id = 7 } = trade;
    bytes[at] = 12;
    view.setUint32(at + 4, id, true);
    view.setBigInt64(at + 16, price, true);
    view.setUint32(at + 24, size, true);
    bytes[at + 28] = 0x54;
    bytes[at + 29] = side.charCodeAt(0);
    view.setBigUint64(at + 32, trade.time ?? BigInt(1000 + i), true);
  });
  return bytes;
}

const TRADES = Array.from({ length: 30 }, (_, i) => ({
  price: 4_800_250_000_000n + BigInt(i % 5) * 250_000_000n,
  side: "BAN"[i % 3],
  size: 1 + i % 4,
}));

Deno.test("versions 1 to 3, plain and zstd, in several frames too, give the same rows", () =>
  inDirectory(async (directory) => {
    const seen: number[][][] = [];
    for (const version of [1, 2, 3]) {
      const plain = tradesFile(version, TRADES);
      const halves = [plain.subarray(0, 333), plain.subarray(333)];
      const packed = halves.map((half) => zstdCompressSync(half));
      for (const [i, bytes] of [plain, concat(packed)].entries()) {
        const path = join(directory, `${version}-${i}.dbn`);
        await Deno.writeFile(path, bytes);
        seen.push(rowsOf(await ingest(request(directory, path, "trades"))));
      }
    }
    const expected = TRADES.map(({ price, size, side }, i) => [
      i,
      Number(price) / 1e9,
      size,
      side === "B" ? 1 : side === "A" ? -1 : 0,
    ]);
    assert.equal(seen.length, 6);
    for (const rows of seen) assert.deepEqual(rows, expected);
  }));

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

Deno.test("bad trades are counted, each with its place", () =>
  inDirectory(async (directory) => {
    const path = join(directory, "a.dbn");
    const trades: Trade[] = [...TRADES];
    trades[2] = { price: UNDEFINED };
    trades[4] = { price: 4_800_300_000_000n };
    trades[6] = { price: 4_800_250_000_000n, size: 0 };
    trades[8] = { price: 4_800_250_000_000n, time: 2n ** 64n - 1n };
    trades[10] = { price: 4_800_250_000_000n, time: 1000n };
    await Deno.writeFile(path, tradesFile(3, trades));
    const table = await ingest(
      request(directory, path, "trades", {
        tick_size: 0.25,
        on_bad_tick: "quarantine",
        max_bad: 0.2,
      }),
    );
    assert.deepEqual(table.manifest.quality.rejected, {
      nan: 1,
      off_grid: 1,
      zero_size: 1,
      unparsable: 1,
      out_of_order: 1,
    });
    const text = await Deno.readTextFile(
      join(table.directory, "quarantine.csv"),
    );
    assert.ok(
      text.split("\n")[1].startsWith(`${path},${HEADER + 96},nan,0c00`),
    );
  }));

Deno.test("what cannot be read names the file and the byte", () =>
  inDirectory(async (directory) => {
    const path = join(directory, "a.dbn");
    const whole = tradesFile(2, TRADES);
    const changed = (at: number, value: number) => {
      const bytes = whole.slice();
      bytes[at] = value;
      return bytes;
    };
    const second = HEADER + 48;
    const cases: [Uint8Array, string, number][] = [
      [whole.subarray(0, 5), "corrupt_file", 5],
      [whole.subarray(0, second + 9), "corrupt_file", second + 9],
      [changed(1, 0), "corrupt_file", 0],
      [changed(3, 9), "corrupt_file", 0],
      [changed(7, 9), "corrupt_file", whole.length],
      [changed(second, 11), "corrupt_file", second],
      [changed(second, 3), "corrupt_file", second],
      [changed(second + 1, 9), "corrupt_file", second],
      [changed(second + 4, 8), "bad_data", second],
    ];
    for (const [bytes, code, offset] of cases) {
      await Deno.writeFile(path, bytes);
      const fault = await faultOf(ingest(request(directory, path, "trades")));
      assert.deepEqual(
        [fault.code, fault.file, fault.offset],
        [code, path, offset],
        fault.message,
      );
    }
    const packed = zstdCompressSync(whole);
    await Deno.writeFile(path, packed.subarray(0, packed.length - 3));
    const fault = await faultOf(ingest(request(directory, path, "trades")));
    assert.equal(fault.code, "corrupt_file");
    assert.equal(fault.offset, packed.length - 3);
  }));

for (const packed of [false, true]) {
  const how = packed ? "zstd" : "plain";
  Deno.test(`mutated ${how} files give a fault or rows that add up`, () =>
    inDirectory(async (directory) => {
      const path = join(directory, "a.dbn");
      const plain = tradesFile(3, TRADES);
      const { failed, read } = await mutate({
        bytes: packed ? zstdCompressSync(plain) : plain,
        path,
        request: (run) =>
          request(join(directory, String(run)), path, "trades", {
            on_bad_tick: "drop",
            max_bad: 1,
          }),
        runs: 150,
      });
      assert.ok(failed > 0 && read > 0, `${failed} failed, ${read} read`);
    }));
}

dataTest(
  "mutated orders give a fault or rows that add up",
  (directory) =>
    mutate({
      bytes: zstdDecompressSync(
        Deno.readFileSync(`${DATA}/dbn/xnas/test_data.mbo.dbn.zst`),
      ),
      path: join(directory, "a.dbn"),
      request: (run) =>
        request(
          join(directory, String(run)),
          join(directory, "a.dbn"),
          "quotes",
          {
            on_bad_tick: "drop",
            max_bad: 1,
          },
        ),
      runs: 100,
    }).then(({ failed }) => assert.ok(failed > 0)),
);
