import assert from "node:assert/strict";
import { makeBars, TableReader, TableWriter } from "../formats/mod.ts";
import { Bars, ruleOf } from "../stages/preaggregate/rule.ts";
import { parse } from "yaml";
import { tableOf } from "./helpers/markdown.ts";

const PAGE = Deno.readTextFileSync(new URL("../docs/bars.md", import.meta.url));
const SECOND = 1e9;

Deno.test("docs: the bars of each rule are those that are made", async () => {
  const ticks = tableOf(PAGE, "What ends a bar", 1);
  const shown = tableOf(PAGE, "What ends a bar", 2);
  const store = await Deno.makeTempDir();
  try {
    const writer = await TableWriter.create({
      store,
      key: "X-docs",
      instrument: "X",
      columns: ["price", "size"],
      stamp: "event",
      source: { made_by: "csv", files: [], fingerprint: "f", synthetic: true },
    });
    writer.append(
      [1, 2].map((c) => Float64Array.from(ticks, (row) => Number(row[c]))),
      BigInt64Array.from(ticks, ([at]) => BigInt(Number(at) * SECOND)),
      ticks.length,
    );
    const rows = ticks.length;
    const input = writer.publish({
      quality: { read: rows, kept: rows, rejected: {}, quarantine: null },
    });
    const made: string[][] = [];
    for (const rule of new Set(shown.map(([rule]) => rule))) {
      const bars = await makeBars({
        input,
        rule: ruleOf(Bars.parse(parse(rule.replaceAll("`", ""))), 1),
        sessions: [{ open: 0n, close: BigInt(120 * SECOND) }],
        store,
        stage: "bars",
      });
      using reader = TableReader.open(bars.directory);
      const names = ["open", "high", "low", "close", "volume", "count"];
      const ends = new BigInt64Array(16);
      const values = names.map(() => new Float64Array(16));
      const count = reader.readRaw(0, names, ends, values);
      for (let i = 0; i < count; i++) {
        const at = String(Math.floor(Number(ends[i]) / SECOND));
        made.push([rule, at, ...values.map((column) => String(column[i]))]);
      }
    }
    assert.deepEqual(shown, made);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});
