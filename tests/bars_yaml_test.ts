import assert from "node:assert/strict";
import {
  Desk,
  digestOf,
  FLAGS,
  readFills,
  ROOT,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

const STRATEGY = `import { strategy } from "${
  new URL("../engine/mod.ts", import.meta.url).href
}";
export default strategy({
  indicators: ({ close, column }) => ({ close, range: column("range") }),
  onBar({ close, range }, broker) {
    broker.target(range.value > 1 ? (close.value > 5000 ? 1 : -1) : 0);
  },
});
`;

function pipeline(bars: string, session = "always"): string {
  return `name: it
instruments:
  ES: { tick_size: 0.25, multiplier: 50, session: ${session} }
stages:
  ticks: { kind: loader, instrument: ES, source: data/ticks.csv, columns: { time: { column: ts }, price: price } }
  bars:
    kind: preaggregate
    from: ticks
${bars.replaceAll(/^/gm, "    ")}
  slices: { kind: dispatcher, from: [ticks, bars], slice: 1m }
  cross: { kind: worker, from: slices, strategy: strategy.ts }
  results: { kind: aggregator, from: cross }
`;
}

function deskOf(files: Record<string, string>): Promise<Desk> {
  return Desk.make({
    "strategy.ts": STRATEGY,
    "data/ticks.csv": ticksText(walkPrices(2000)),
    ...files,
  });
}

/** Where each mistake is, and its code. */
function placesOf(err: string): string[] {
  return [
    ...err.matchAll(/^\S*?(\w+\.yaml:\d+:\d+): ([^]*?) \[(\w+)\]$/gm),
  ].map(([, place, , code]) => `${place} ${code}`);
}

Deno.test("mistakes in SQL are found before anything runs, each in its place, in DuckDB's words", async () => {
  await using desk = await deskOf({
    "select.yaml": pipeline(`bars: 1m
select:
  good: max(price) - min(price)
  unknown: avg(prise)
  typo: averag(price)
  loose: price
  chance: sum(random())`),
    "sql.yaml": pipeline(
      `sql: SELECT max(time) AS time, prise FROM ticks GROUP`,
    ),
    "shape.yaml": pipeline(
      `sql: SELECT max(price) AS "Top", 'x' AS range FROM ticks`,
    ),
  });
  const select = await desk.call(["check", "select.yaml"]);
  assert.equal(select.code, 78);
  assert.deepEqual(placesOf(select.err), [
    "select.yaml:12:16 missing_column",
    "select.yaml:13:13 bad_value",
    "select.yaml:14:14 bad_value",
    "select.yaml:15:15 bad_value",
    // The strategy's range is not among them.
    "select.yaml:17:50 missing_column",
  ]);
  assert.match(select.err, /did you mean "?price/);
  assert.match(select.err, /averag does not exist/);
  const sql = await desk.call(["check", "sql.yaml"]);
  assert.equal(sql.code, 78);
  assert.match(sql.err, /sql\.yaml:9:10: .*syntax error/);
  const shape = await desk.call(["check", "shape.yaml"]);
  assert.equal(shape.code, 78);
  assert.match(shape.err, /current columns are Top DOUBLE, range VARCHAR/);
  assert.match(shape.err, /current name is "Top"/);
  assert.match(shape.err, /current type is VARCHAR/);
});

Deno.test("a strategy on dollar bars with SQL columns has the same digest on any number of workers", async () => {
  const bars = (engine: string) =>
    pipeline(
      `bars: { value: 5000000 }
select: { range: max(price) - min(price) }
engine: ${engine}`,
    );
  await using desk = await deskOf({ "it.yaml": bars("native") });
  const digests = new Set<string>();
  for (const workers of [1, 3]) {
    const ended = await desk.run("it.yaml", {
      out: `runs/${workers}`,
      args: ["--workers", `${workers}`],
    });
    digests.add(digestOf(ended));
    assert.ok((await readFills(ended.directory)).length > 10);
  }
  assert.equal(digests.size, 1);
});

Deno.test("a strategy runs on the rows of a query", async () => {
  await using desk = await deskOf({
    "it.yaml": pipeline(`sql: |
  SELECT (time // 10000000000 + 1) * 10000000000 AS time,
    last(price) AS close, max(price) - min(price) AS range
  FROM ticks GROUP BY 1`),
  });
  const ended = await desk.call(["plan", "it.yaml"]);
  assert.equal(ended.code, 0, ended.err);
  const made = await desk.call(["ingest", "it.yaml", "--json"]);
  assert.equal(made.code, 0, made.err);
  assert.match(made.err, /bars: SQL runs in DuckDB, engine native/);
  assert.ok(made.out.includes("bars"));
});

Deno.test("where foreign functions may not be called, auto takes wasm, and the bars are the same", async () => {
  await using desk = await deskOf({
    "it.yaml": pipeline("bars: 1m\nselect: { range: stddev_samp(price) }"),
  });
  // Ingest of text needs native DuckDB, so the ticks are made with it.
  const native = await desk.call(["ingest", "it.yaml"]);
  assert.match(native.err, /SQL runs in DuckDB, engine native/);
  const bars = [...Deno.readDirSync(desk.at("store"))].map(({ name }) => name)
    .filter((name) => name.startsWith("bars-"));
  assert.equal(bars.length, 1);
  const before = desk.read("store", bars[0], "manifest.json");
  Deno.removeSync(desk.at("store", bars[0]), { recursive: true });
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...FLAGS.filter((flag) => flag !== "--allow-ffi"),
      `${ROOT}main.ts`,
      "ingest",
      "it.yaml",
    ],
    cwd: desk.path,
  }).output();
  const err = new TextDecoder().decode(stderr);
  assert.equal(code, 0, err);
  assert.match(err, /SQL runs in DuckDB, engine wasm/);
  const after = desk.read("store", bars[0], "manifest.json");
  assert.deepEqual(JSON.parse(after), JSON.parse(before));
});
