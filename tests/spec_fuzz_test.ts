import assert from "node:assert/strict";
import fc from "fast-check";
import { checkPipeline } from "../pipeline/graph/mod.ts";
import { renderIssues, resolvedYaml } from "../pipeline/spec/mod.ts";
import { registry } from "../stages/registry.ts";

const VALID = `name: demo
instruments:
  ES: { tick_size: 0.25, session: { time_zone: UTC, open: "09:00", close: "17:00" } }
stages:
  ticks: &t
    kind: loader
    instrument: ES
    source: "\${ROOT:data}/*.csv"
    columns: { time: { column: ts, unit: ms }, price: px, side: { column: s, map: { B: 1, S: -1 } } }
  bars: { kind: preaggregate, from: ticks, bars: 1m }
  slices: { kind: dispatcher, from: [ticks, bars], slice: 1h, warmup: 500 ticks }
  cross: { kind: worker, from: slices, strategy: a/b.ts, params: { fast: 5, on: true } }
  results: { kind: aggregator, from: cross }
run: { seed: 7, on_bad_tick: { policy: drop, max: 1% } }
`;

function check(text: string, set: readonly string[] = []) {
  const checked = checkPipeline({ file: "f.yaml", text }, registry, {
    env: () => undefined,
    set,
  });
  if (checked.ok) {
    const again = checkPipeline(
      { file: "r.yaml", text: resolvedYaml(checked.spec) },
      registry,
      { env: () => undefined, set: [] },
    );
    assert.ok(again.ok);
    assert.deepEqual(again.spec, checked.spec);
    return;
  }
  assert.ok(checked.issues.length > 0);
  const lines = text.split("\n").length;
  let last = 0;
  for (const { position } of checked.issues) {
    assert.ok(position);
    assert.ok(position.line >= 1 && position.column >= 1);
    assert.ok(position.length >= 1);
    if (position.file !== "f.yaml") continue;
    assert.ok(position.line <= lines);
    assert.ok(position.line >= last);
    last = position.line;
  }
  renderIssues(checked.issues, checked.texts, { color: true });
}

Deno.test("the text that is mutated below is valid", () => {
  const checked = checkPipeline({ file: "f.yaml", text: VALID }, registry, {
    env: () => undefined,
    set: [],
  });
  assert.deepEqual(checked.ok ? [] : checked.issues, []);
});

Deno.test("no text makes the parser throw", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.string({
          unit: fc.constantFrom(..."abk:-[]{}&*!|>'\"%@`#?,~<=$ \t\n0."),
          maxLength: 120,
        }),
      ),
      (text) => check(text),
    ),
    { numRuns: 300, seed: 1 },
  );
});

Deno.test("no mutation of a valid file makes the parser throw", () => {
  const words = VALID.match(/[\w.]+|[^\w\s]/g) ?? [];
  const edit = fc.record({
    at: fc.nat({ max: VALID.length }),
    drop: fc.nat({ max: 12 }),
    put: fc.oneof(
      fc.constantFrom(...words),
      fc.constantFrom(
        "__proto__",
        "constructor",
        "null",
        "[]",
        "{}",
        "*t",
        "<<: *t",
        "${X}",
        "\n",
        "\t",
        "  ",
        "-0",
        ".nan",
        "1e999",
      ),
      fc.string({ maxLength: 4 }),
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = VALID;
      for (const { at, drop, put } of edits) {
        text = text.slice(0, at) + put + text.slice(at + drop);
      }
      check(text);
    }),
    { numRuns: 400, seed: 2 },
  );
});

Deno.test("no value in any place makes the parser throw", () => {
  const paths = [
    "name",
    "instruments",
    "instruments.ES",
    "instruments.ES.session",
    "account",
    "stages",
    "stages.ticks",
    "stages.ticks.kind",
    "stages.ticks.columns",
    "stages.ticks.columns.time",
    "stages.ticks.columns.price",
    "stages.slices.from",
    "stages.slices.slice",
    "stages.cross.params",
    "stages.cross.workers",
    "run",
    "run.on_bad_tick",
    "run.memory",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...paths),
      fc.json({ maxDepth: 2 }),
      (path, value) => check(VALID, [`${path}=${value}`]),
    ),
    { numRuns: 300, seed: 3 },
  );
});

Deno.test("no override makes the parser throw", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 30 }), { maxLength: 3 }),
      (set) => check(VALID, set),
    ),
    { numRuns: 200, seed: 4 },
  );
});

Deno.test("deep and wide files end with an issue", () => {
  check("[".repeat(100_000));
  check("{a: ".repeat(20_000));
  check("- ".repeat(20_000));
  check(`a: &a [${"x,".repeat(2000)}x]\nb: [${"*a,".repeat(2000)}*a]`);
  check("x".repeat(1 << 21));
});
