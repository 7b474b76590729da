import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import {
  FormatError,
  ingest,
  type IngestRequest,
  type StoredTable,
  TableReader,
} from "../formats/mod.ts";

const TRADES: IngestRequest["columns"] = {
  time: { column: "t", unit: "ms" },
  values: { price: { column: "p" }, size: { column: "s" } },
};
const QUOTES: IngestRequest["columns"] = {
  time: { column: "t", unit: "ms" },
  values: { bid: { column: "p" }, ask: { column: "s" } },
};

async function withFile(
  text: string | Uint8Array<ArrayBuffer>,
  run: (file: string, store: string) => Promise<void>,
  name = "ticks.csv",
) {
  const root = await Deno.makeTempDir();
  try {
    const file = join(root, name);
    await Deno.writeFile(
      file,
      typeof text === "string" ? new TextEncoder().encode(text) : text,
    );
    await run(file, join(root, "store"));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function request(
  source: string,
  store: string,
  columns = TRADES,
  rest: Partial<IngestRequest> = {},
): IngestRequest {
  return {
    instrument: "X",
    source,
    format: "csv",
    columns,
    csv: { header: true, delimiter: "," },
    on_bad_tick: "fail",
    max_bad: 1,
    store,
    synthetic: false,
    ...rest,
  };
}

function rowsOf({ directory }: StoredTable): (bigint | number)[][] {
  using reader = TableReader.open(directory);
  const { columns, rows } = reader.manifest;
  const time = new BigInt64Array(rows);
  const into = columns.map(() => new Float64Array(rows));
  const found: (bigint | number)[][] = [];
  reader.batches.forEach((_, index) => {
    const count = reader.readRaw(index, columns, time, into);
    for (let i = 0; i < count; i++) {
      found.push([time[i], ...into.map((column) => column[i])]);
    }
  });
  return found;
}

async function faultOf(promise: Promise<unknown>): Promise<FormatError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  assert.fail("nothing was thrown");
}

const BAD: readonly [
  kind: string,
  row: string,
  columns?: IngestRequest["columns"],
][] = [
  ["unparsable", "20,abc,1"],
  ["unparsable", "20,,1"],
  ["unparsable", "20"],
  ["unparsable", "20,1,1,7"],
  ["unparsable", "2x,1,1"],
  ["unparsable", "-5,1,1"],
  ["unparsable", "1.2.3,1,1"],
  ["unparsable", "99999999999999999,1,1"],
  ["unparsable", "20,inf,1"],
  ["unparsable", "   "],
  ["unparsable", '20,"1,1'],
  ["nan", "20,nan,1"],
  ["non_positive_price", "20,0,1"],
  ["non_positive_price", "20,-1,1"],
  ["negative_size", "20,1,-1"],
  ["zero_size", "20,1,0"],
  ["off_grid", "20,1.3,1"],
  ["out_of_order", "9,1,1"],
  ["crossed", "20,2,1", QUOTES],
];

for (const [kind, row, columns] of BAD) {
  Deno.test(`a bad row is named with its line: ${kind}, ${row}`, async () => {
    // A line without text is no row, but it is a line.
    const text = `t,p,s\n10,1,1\n\n${row}\n30,1,1\n`;
    await withFile(text, async (file, store) => {
      const tick_size = 0.25;
      const fault = await faultOf(
        ingest(request(file, store, columns, { tick_size })),
      );
      assert.equal(fault.code, "bad_data");
      assert.equal(fault.file, file);
      assert.equal(fault.line, 4);
      assert.ok(fault.message.includes(JSON.stringify(row)), fault.message);
      assert.ok(fault.message.endsWith(`(${kind})`), fault.message);
      assert.deepEqual([...Deno.readDirSync(store)], []);

      const dropped = await ingest(
        request(file, store, columns, { tick_size, on_bad_tick: "drop" }),
      );
      assert.deepEqual(dropped.manifest.quality, {
        read: 3,
        kept: 2,
        rejected: { [kind]: 1 },
        quarantine: null,
      });
      assert.deepEqual(rowsOf(dropped), [
        [10_000_000n, 1, 1],
        [30_000_000n, 1, 1],
      ]);
    });
  });
}

Deno.test("quarantine keeps file, line, kind and raw row; too many fail", async () => {
  const text = 't,p,s\r\n10,1,1\r\n20,"x",1\r\n\r\n5,1,1\r\n30,1,1\r\n';
  await withFile(text, async (file, store) => {
    const policy = { on_bad_tick: "quarantine", max_bad: 0.5 } as const;
    const table = await ingest(request(file, store, TRADES, policy));
    assert.deepEqual(table.manifest.quality, {
      read: 4,
      kept: 2,
      rejected: { unparsable: 1, out_of_order: 1 },
      quarantine: "quarantine.csv",
    });
    assert.equal(
      await Deno.readTextFile(join(table.directory, "quarantine.csv")),
      `file,line,kind,row\n${file},3,unparsable,"20,""x"",1"\n` +
        `${file},5,out_of_order,"5,1,1"\n`,
    );
    const fault = await faultOf(
      ingest(request(file, store, TRADES, { ...policy, max_bad: 0.49 })),
    );
    assert.equal(fault.code, "too_many_bad_ticks");
    assert.equal(fault.line, 3);
    assert.equal([...Deno.readDirSync(store)].length, 1);
  });
});

Deno.test("lines stay true far into a packed file and over files", async () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => `${i},1,1`);
  lines[8_765] = "8765,oops,1";
  const packed = gzipSync(`t,p,s\n${lines.join("\n")}\n`);
  await withFile(new Uint8Array(packed), async (file, store) => {
    assert.equal((await faultOf(ingest(request(file, store)))).line, 8_767);
  }, "a.csv.gz");
  await withFile("t,p,s\n100,1,1\n", async (file, store) => {
    const second = join(file, "../ticks2.csv");
    await Deno.writeTextFile(second, "t,p,s\n101,1,1\n99,1,1\n");
    const source = join(file, "../ticks*.csv");
    const fault = await faultOf(ingest(request(source, store)));
    assert.equal(fault.file, second);
    assert.equal(fault.line, 3);
  });
});

Deno.test("a file that is not UTF-8 still has its rows and lines", async () => {
  const text = new TextEncoder().encode("t,p,s\n10,1,1\n20,1,1#\n30,1,1\n");
  text[text.indexOf(35)] = 0xff;
  await withFile(text, async (file, store) => {
    const fault = await faultOf(ingest(request(file, store)));
    assert.equal(fault.code, "bad_data");
    assert.equal(fault.line, 3);
    const dropped = await ingest(
      request(file, store, TRADES, { on_bad_tick: "drop" }),
    );
    assert.equal(dropped.manifest.rows, 2);
  });
});

Deno.test("a missing column names the header and the nearest name", async () => {
  await withFile("time,prise,size\n1,1,1\n", async (file, store) => {
    const columns: IngestRequest["columns"] = {
      time: { column: "time", unit: "ms" },
      values: { price: { column: "price" } },
    };
    const fault = await faultOf(ingest(request(file, store, columns)));
    assert.equal(fault.code, "bad_data");
    assert.match(fault.message, /current header is time,prise,size$/);
    assert.equal(fault.hint, 'did you mean "prise"?');
    const index: IngestRequest["columns"] = {
      time: { column: 0, unit: "ms" },
      values: { price: { column: 3 } },
    };
    const csv = { header: false, delimiter: "," };
    const outside = await faultOf(
      ingest(request(file, store, index, { csv })),
    );
    assert.match(outside.message, /current number of fields is 3$/);
  });
});

Deno.test("empty files and absent ones are told apart", async () => {
  for (const text of ["", "t,p,s\n", "\n\n"]) {
    await withFile(text, async (file, store) => {
      const fault = await faultOf(ingest(request(file, store)));
      assert.equal(fault.code, "bad_data");
      assert.equal(fault.file, file);
    });
  }
  await withFile("t,p,s\n", async (file, store) => {
    const source = join(file, "../*.parquet");
    const fault = await faultOf(ingest(request(source, store)));
    assert.equal(fault.code, "source_not_found");
    assert.equal(fault.file, source);
    assert.match(fault.hint ?? "", /holds ticks\.csv$/);
  });
});

Deno.test("fields may be quoted, divided, mapped, defaulted, spaced by a pipe", async () => {
  const text =
    '"t"|"p, in cents"|"side"\n"10"|"12345"|"B"\n20|"12,5"|S\n20|250|S\n';
  await withFile(text, async (file, store) => {
    const columns: IngestRequest["columns"] = {
      time: { column: "t", unit: "ms" },
      values: {
        price: { column: "p, in cents", divide: 100 },
        size: { column: "s", default: 2 },
        side: { column: "side", map: { B: 1, S: -1 } },
      },
    };
    const table = await ingest(request(file, store, columns, {
      csv: { header: true, delimiter: "|" },
      on_bad_tick: "drop",
    }));
    assert.deepEqual(rowsOf(table), [
      [10_000_000n, 123.45, 2, 1],
      [20_000_000n, 2.5, 2, -1],
    ]);
    assert.deepEqual(table.manifest.quality.rejected, { unparsable: 1 });
  });
});

Deno.test("prices are the doubles nearest to the text", async () => {
  const prices = Array.from(
    { length: 3000 },
    (_, i) => ((i * 7919) % 100_000 / 1e5 + 0.00001 * (i + 1)).toFixed(7),
  ).concat("0.1", "1.0000000000000002", "9007199254740993", "5e-324");
  const text = `t,p,s\n${prices.map((p, i) => `${i},${p},1`).join("\n")}`;
  await withFile(text, async (file, store) => {
    const rows = rowsOf(await ingest(request(file, store)));
    assert.deepEqual(rows.map(([, price]) => price), prices.map(Number));
  });
});
