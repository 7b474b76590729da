import assert from "node:assert/strict";
import type { TableType } from "../pipeline/contract/mod.ts";
import { buildGraph, checkPipeline, toMermaid } from "../pipeline/graph/mod.ts";
import { parsePipeline } from "../pipeline/spec/mod.ts";
import { registry } from "../stages/registry.ts";
import { bindInputs } from "../stages/worker/bind.ts";
import type { StrategyInput } from "../stages/worker/description.ts";

/** Written against the flow, so that the order cannot be the document's. */
const TEXT = `name: demo
instruments: { ES: { tick_size: 0.25 } }
stages:
  results: { kind: aggregator, from: cross }
  cross: { kind: worker, from: slices, strategy: strategies/cross.ts }
  slices: { kind: dispatcher, from: [mid, bars] }
  bars: { kind: preaggregate, from: ticks, bars: 1m }
  mid: { kind: ./stages/m"id.ts, from: quotes, columns: [mid] }
  quotes: { kind: loader, instrument: ES, source: q.csv, columns: { ask: a, bid: b, time: t } }
  ticks: { kind: loader, instrument: ES, source: t.csv, columns: { time: t, size: s, price: p } }
`;

function graphOf(text: string, describe?: (id: string) => unknown) {
  const parsed = parsePipeline({ file: "p.yaml", text }, registry, {
    env: () => undefined,
    set: [],
  });
  assert.deepEqual(parsed.ok ? [] : parsed.issues, []);
  assert.ok(parsed.ok);
  const built = buildGraph(parsed.spec, registry, describe);
  assert.deepEqual(built.ok ? [] : built.issues, []);
  assert.ok(built.ok);
  return built.graph;
}

Deno.test("stages come in topological order, ties in document order", () => {
  assert.deepEqual(graphOf(TEXT).stages.map((stage) => stage.id), [
    "quotes",
    "mid",
    "ticks",
    "bars",
    "slices",
    "cross",
    "results",
  ]);
});

Deno.test("edges carry the form, the columns and the stamp", () => {
  const { edges } = graphOf(TEXT);
  const typeOf = (from: string, to: string) =>
    edges.find((edge) => edge.from === from && edge.to === to)?.type;
  const table = (stage: string, columns: string[], stamp: string) => ({
    form: "table",
    stage,
    instrument: "ES",
    columns,
    stamp,
  });
  const mid = table("mid", ["mid"], "event");
  const bars = table(
    "bars",
    ["open", "high", "low", "close", "volume", "vwap", "count"],
    "close",
  );
  assert.deepEqual(
    typeOf("quotes", "mid"),
    table("quotes", ["bid", "ask"], "event"),
  );
  assert.deepEqual(
    typeOf("ticks", "bars"),
    table("ticks", ["price", "size"], "event"),
  );
  assert.deepEqual(typeOf("slices", "cross"), {
    form: "slices",
    feeds: [mid, bars],
  });
  assert.deepEqual(typeOf("cross", "results"), {
    form: "results",
    instruments: ["ES"],
  });
  assert.equal(edges.length, 7 - 1);
  assert.ok(Object.isFrozen(edges[0].type));
});

Deno.test("the graph reads well as Mermaid, and escapes what users write", () => {
  assert.equal(
    toMermaid(graphOf(TEXT)),
    `flowchart LR
  s0["quotes<br/>loader"]
  s1["mid<br/>custom ./stages/m#34;id.ts"]
  s2["ticks<br/>loader"]
  s3["bars<br/>preaggregate"]
  s4["slices<br/>dispatcher"]
  s5["cross<br/>worker"]
  s6["results<br/>aggregator"]
  s0 -->|"bid, ask"| s1
  s2 -->|"price, size"| s3
  s1 -->|"mid"| s4
  s3 -->|"open, high, low, close, volume, vwap, count"| s4
  s4 -->|"slices"| s5
  s5 -->|"results"| s6
`,
  );
});

Deno.test("a strategy's description is checked against its feeds", () => {
  const describe = (columns: string[]) => () => ({
    params: {},
    issues: [],
    inputs: [{ name: "mid", columns, stamp: "any" }],
    warmup_rows: 0,
  });
  graphOf(TEXT, describe(["mid"]));
  const checked = checkPipeline({ file: "p.yaml", text: TEXT }, registry, {
    env: () => undefined,
    set: [],
    describeModule: (id) => id === "cross" ? describe(["bid"])() : undefined,
  });
  assert.ok(!checked.ok);
  assert.deepEqual(
    checked.issues.map(({ code, position }) => [code, position?.line]),
    [["missing_column", 5]],
  );
});

function feed(
  stage: string,
  columns: string[],
  stamp: TableType["stamp"] = "event",
): TableType {
  return { form: "table", stage, instrument: "ES", columns, stamp };
}

function input(
  name: string | null,
  columns: string[],
  stamp: StrategyInput["stamp"] = "any",
): StrategyInput {
  return { name, columns, stamp };
}

const TICKS = feed("ticks", ["price", "size"]);
const QUOTES = feed("quotes", ["bid", "ask"]);
const BARS = feed("bars", ["open", "close"], "close");

function bind(
  inputs: StrategyInput[],
  feeds: TableType[],
  given?: Record<string, string>,
) {
  const { bindings, issues } = bindInputs({ inputs }, feeds, {
    ...(given && { inputs: given }),
  });
  return {
    feeds: bindings.map((binding) => binding.feed),
    issues: issues.map(({ code, path }) => [code, path.join(".")].join(" ")),
  };
}

Deno.test("an input without a name takes the feed that it fits", () => {
  const bound = (feeds: number[]) => ({ feeds, issues: [] });
  assert.deepEqual(bind([input(null, ["price"])], [TICKS]), bound([0]));
  assert.deepEqual(
    bind([input(null, ["bid"])], [TICKS, QUOTES, BARS]),
    bound([1]),
  );
  assert.deepEqual(
    bind([input(null, ["close"], "close")], [TICKS, BARS]),
    bound([1]),
  );
});

Deno.test("named inputs go by the config, the stage's id, then the stamp", () => {
  const bound = (feeds: number[]) => ({ feeds, issues: [] });
  assert.deepEqual(
    bind([input("a", ["bid"]), input("b", ["price"])], [TICKS, QUOTES], {
      a: "quotes",
      b: "ticks",
    }),
    bound([1, 0]),
  );
  assert.deepEqual(
    bind([input("quotes", []), input("ticks", [])], [TICKS, QUOTES]),
    bound([1, 0]),
  );
  assert.deepEqual(
    bind([input("x", [], "event"), input("y", [], "close")], [TICKS, BARS]),
    bound([0, 1]),
  );
});

Deno.test("what cannot be bound is an issue, and has no binding", () => {
  const issue = (...issues: string[]) => ({ feeds: [], issues });
  assert.deepEqual(
    bind([input(null, ["bid", "ask"])], [TICKS]),
    issue("missing_column strategy", "missing_column strategy"),
  );
  assert.deepEqual(
    bind([input(null, ["close"], "close")], [TICKS]),
    issue("type_mismatch strategy"),
  );
  assert.deepEqual(
    bind([input("x", [])], [TICKS, QUOTES]),
    issue("too_many_inputs strategy"),
  );
  assert.deepEqual(
    bind([input(null, ["side"], "event")], [TICKS, QUOTES]),
    issue("missing_column strategy"),
  );
  assert.deepEqual(
    bind([input("x", [])], [TICKS], { x: "tikcs" }),
    issue("unknown_input inputs.x"),
  );
  assert.deepEqual(
    bind([input(null, ["price"])], [TICKS], { main: "ticks" }),
    { feeds: [0], issues: ["unknown_key inputs.main"] },
  );
});
