import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { readDefinitions } from "../formats/dbn/definition.ts";
import { ingest } from "../formats/mod.ts";
import { main } from "../pipeline/run/cli.ts";
import {
  DATA,
  dataTest,
  faultOf,
  requestFor,
} from "./helpers/binary_formats.ts";
import { breakwater } from "./helpers/cli.ts";

const ES = `${DATA}/es/definition-glbx-es-fut.dbn.zst`;
const V3 = `${DATA}/dbn/glbx/test_data.definition.dbn.zst`;
const STOCK = `${DATA}/dbn/xnas/test_data.definition.dbn.zst`;

// As databento-dbn 0.72.0 (PyPI) reads the same files.
dataTest("DBN definitions of versions 1 and 3", async () => {
  assert.deepEqual(await readDefinitions(ES), [{
    symbol: "ESM3",
    id: 95_414,
    asset: "ES",
    exchange: "XCME",
    currency: "USD",
    tick_size: 0.25,
    multiplier: 50,
    unit: "50 IPNT",
    expires: "2023-06-16T13:30:00.000Z",
  }]);
  const [es] = await readDefinitions(V3);
  assert.deepEqual(
    [es.symbol, es.id, es.tick_size, es.multiplier, es.expires],
    ["ESH1", 5_482, 0.25, 50, "2021-03-19T13:30:00.000Z"],
  );
  const [stock] = await readDefinitions(STOCK);
  assert.deepEqual(
    [stock.symbol, stock.id, stock.exchange, stock.tick_size, stock.multiplier],
    ["NVDA", 6_155, "XNAS", null, null],
  );
});

async function definition(...args: string[]) {
  let [out, err] = ["", ""];
  const code = await main(["definition", ...args], {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    isTerminal: false,
    color: false,
    width: () => 80,
    env: () => undefined,
    now: () => new Date(0),
  });
  return { code, out, err };
}

dataTest("the verb prints an instruments section", async () => {
  const { code, out } = await definition(ES);
  assert.equal(code, 0);
  assert.deepEqual(parse(out), {
    instruments: { ESM3: { tick_size: 0.25, multiplier: 50, currency: "USD" } },
  });
  assert.match(out, /# XCME, instrument id 95414, a contract is 50 IPNT/);
  assert.equal((await definition(ES, "--symbol", "ES")).code, 0);
  const none = await definition(ES, "--symbol", "NQ");
  assert.equal(none.code, 65);
  assert.match(none.err, /Cannot find the symbol NQ/);
});

dataTest(
  "a file without definitions, or cut, is a clear error",
  async (directory) => {
    const trades = `${DATA}/dbn/glbx/test_data.trades.dbn.zst`;
    const none = await definition(trades);
    assert.equal(none.code, 65);
    assert.match(none.err, /Cannot find a definition/);
    assert.match(
      (await definition(join(directory, "none.dbn"))).err,
      /source_not_found/,
    );
    const path = join(directory, "a.dbn.zst");
    const bytes = await Deno.readFile(ES);
    await Deno.writeFile(path, bytes.subarray(0, 300));
    const fault = await faultOf(readDefinitions(path));
    assert.equal(fault.code, "corrupt_file");
    assert.ok(fault.offset !== undefined);
  },
);

dataTest(
  "definitions are no ticks, and the error says what the file holds",
  async (directory) => {
    for (
      const [path, what] of [[ES, "definition"], [
        `${DATA}/dbn/glbx/test_data.status.dbn.zst`,
        "status",
      ]]
    ) {
      const fault = await faultOf(
        ingest(requestFor(directory, path, { format: "dbn" })),
      );
      assert.equal(fault.code, "bad_data");
      assert.match(fault.message, new RegExp(`it holds ${what}$`));
    }
  },
);

dataTest("bars are no ticks either", async (directory) => {
  const path = join(directory, "a.dbn");
  const source = await Deno.readFile(
    `${DATA}/dbn/glbx/test_data.trades.dbn.zst`,
  );
  const { zstdDecompressSync } = await import("node:zlib");
  const bytes = new Uint8Array(zstdDecompressSync(source));
  bytes[24] = 6;
  await Deno.writeFile(path, bytes);
  const fault = await faultOf(
    ingest(requestFor(directory, path, { format: "dbn" })),
  );
  assert.match(fault.message, /it holds ohlcv-1m$/);
  assert.match(fault.hint ?? "", /preaggregate/);
});

dataTest(
  "a loader holds its instrument to the definition",
  async (directory) => {
    const ticks = `${DATA}/dbn/glbx/test_data.trades.dbn.zst`;
    const run = async (terms: string, more: string) => {
      const path = join(directory, "a.yaml");
      await Deno.writeTextFile(
        path,
        `name: a
instruments: { ES: { ${terms} } }
stages:
  ticks: { kind: loader, instrument: ES, source: "${
          resolve(ticks)
        }", definition: "${resolve(V3)}"${more} }
  slices: { kind: dispatcher, from: ticks }
  cross: { kind: worker, from: slices, strategy: "${
          resolve("strategies/sma_cross.ts")
        }" }
  results: { kind: aggregator, from: cross }
run: { store: "${join(directory, "store")}" }
`,
      );
      return await breakwater(["ingest", path], { cwd: directory });
    };
    const right = await run("tick_size: 0.25, multiplier: 50", "");
    assert.equal(right.code, 0, right.err);
    const wrong = await run("tick_size: 0.25, multiplier: 5", "");
    assert.equal(wrong.code, 65);
    assert.match(
      wrong.err,
      /Cannot trade ES with this multiplier: current value is 5, and the definition of ESH1 says 50/,
    );
  },
);
