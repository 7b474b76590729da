import assert from "node:assert/strict";
import {
  parsePipeline,
  parseShare,
  resolvedYaml,
  type Spec,
} from "../pipeline/spec/mod.ts";
import { registry } from "../stages/registry.ts";

/** The shape of the first example of the design. */
const EXAMPLE = `
# yaml-language-server: $schema=./schema/pipeline.schema.json
name: es-sma-cross
instruments:
  ES: { tick_size: 0.25, multiplier: 50, currency: USD, commission: { per_contract: 2.05 }, session: cme-rth }
stages:
  ticks:
    kind: loader
    instrument: ES
    source: data/es/*.csv.gz
    format: csv
    columns:
      time: { column: epoch_s, unit: s }
      price: price
      size: { column: 2, default: 1 }
    sample: es
  slices: { kind: dispatcher, from: ticks, slice: session, warmup: 30m }
  cross: { kind: worker, from: slices, strategy: strategies/sma_cross.ts, params: { fast: 50, slow: 500 }, workers: auto }
  results: { kind: aggregator, from: cross }
run: { seed: 7, memory: 512MB, on_bad_tick: quarantine }
`;

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly set?: readonly string[];
}

function parse(text: string, { env = {}, set = [] }: Options = {}) {
  return parsePipeline({ file: "p.yaml", text }, registry, {
    env: (name) => env[name],
    set,
  });
}

function specOf(text: string, options?: Options): Spec {
  const parsed = parse(text, options);
  assert.deepEqual(parsed.ok ? [] : parsed.issues, []);
  assert.ok(parsed.ok);
  return parsed.spec;
}

function stageOf(spec: Spec, id: string) {
  const stage = spec.stages.find((one) => one.id === id);
  assert.ok(stage);
  return stage;
}

Deno.test("the example parses, with every default filled", () => {
  const spec = specOf(EXAMPLE);
  assert.deepEqual(spec.stages.map((stage) => [stage.id, stage.from]), [
    ["ticks", []],
    ["slices", ["ticks"]],
    ["cross", ["slices"]],
    ["results", ["cross"]],
  ]);
  assert.deepEqual(spec.run, {
    seed: 7,
    memory: "512MB",
    on_bad_tick: { policy: "quarantine", max: "100%" },
    store: "store",
    out: "runs",
    batch_rows: 65536,
    link: "port",
    watchdog: "30s",
  });
  assert.deepEqual(stageOf(spec, "ticks").config, {
    instrument: "ES",
    source: "data/es/*.csv.gz",
    format: "csv",
    columns: {
      time: { column: "epoch_s", unit: "s" },
      price: { column: "price" },
      size: { column: 2, default: 1 },
    },
    csv: { header: true, delimiter: "," },
    sample: "es",
  });
  const { account } = spec.sections as { account: Record<string, unknown> };
  assert.equal(account.capital, 100_000);
});

Deno.test("a Spec is frozen all the way down", () => {
  const check = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    assert.ok(Object.isFrozen(value));
    Object.values(value).forEach(check);
  };
  check(specOf(EXAMPLE));
});

Deno.test("a custom kind is a path, and its schema gets it as module", () => {
  const text = EXAMPLE.replace(
    "slices: { kind: dispatcher, from: ticks",
    "mid: { kind: ./stages/mid.ts, from: ticks, columns: [mid] }\n  slices: { kind: dispatcher, from: mid",
  );
  const spec = specOf(text);
  const { kind, custom, config } = stageOf(spec, "mid");
  assert.deepEqual({ kind, custom, config }, {
    kind: "./stages/mid.ts",
    custom: true,
    config: { module: "./stages/mid.ts", params: {}, columns: ["mid"] },
  });
  assert.deepEqual(registry.custom.module?.(config), {
    path: "./stages/mid.ts",
    key: "kind",
  });
  assert.deepEqual(specOf(resolvedYaml(spec)), spec);
});

Deno.test("the resolved YAML parses back to an equal Spec", () => {
  const spec = specOf(EXAMPLE, {
    set: ["run.on_bad_tick={policy: drop, max: 0.5%}"],
  });
  const text = resolvedYaml(spec, { schema: "../schema.json" });
  assert.equal(
    text.split("\n", 1)[0],
    "# yaml-language-server: $schema=../schema.json",
  );
  assert.deepEqual(specOf(text), spec);
  assert.equal(resolvedYaml(specOf(text)), resolvedYaml(spec));
});

Deno.test("the resolved YAML keeps texts that look like something else", () => {
  for (
    const source of ["12", "true", "$${HOME}/x", "$$$${A}", "a: b #c", "~", "-"]
  ) {
    const text = EXAMPLE.replace(
      "source: data/es/*.csv.gz",
      () => `source: ${JSON.stringify(source)}`,
    );
    const spec = specOf(text);
    assert.deepEqual(specOf(resolvedYaml(spec)), spec);
  }
});

Deno.test("variables come from the environment, else from their default", () => {
  const text = EXAMPLE
    .replace("data/es/", "${ROOT:data}/${SYMBOL}/")
    .replace(
      "{ seed: 7, memory: 512MB,",
      '{ seed: "${SEED:7}", memory: "${MB}MB",',
    );
  const spec = specOf(text, { env: { SYMBOL: "es", MB: "64" } });
  assert.equal(
    (stageOf(spec, "ticks").config as { source: string }).source,
    "data/es/*.csv.gz",
  );
  assert.equal(spec.run.seed, 7);
  assert.equal(spec.run.memory, "64MB");
  const other = specOf(text, {
    env: { SYMBOL: "es", MB: "64", SEED: "11", ROOT: "/d" },
  });
  assert.equal(other.run.seed, 11);
});

Deno.test("an override stands in for a variable that is not set", () => {
  const text = EXAMPLE.replace("seed: 7", 'seed: "${SEED}"');
  assert.ok(!parse(text).ok);
  assert.equal(specOf(text, { set: ["run.seed=5"] }).run.seed, 5);
  assert.equal(specOf(text, { set: ["run={seed: 6}"] }).run.seed, 6);
  assert.ok(!parse(text, { set: ["run.seed=many"] }).ok);
  assert.ok(!parse(text, { set: ["run.seed=-1"] }).ok);
  assert.ok(!parse(text, { set: ["run.seed=4294967296"] }).ok);
  assert.ok(parse(text, { set: ["run.seed=4294967295"] }).ok);
});

Deno.test("a variable's value is never read as YAML structure", () => {
  const env = { NAME: "{ a: [1] }" };
  const text = EXAMPLE.replace("sample: es", "source2: 1")
    .replace("    source2: 1\n", "")
    .replace("data/es/*.csv.gz", "${NAME}");
  const { config } = stageOf(specOf(text, { env }), "ticks");
  assert.equal((config as { source: string }).source, "{ a: [1] }");
});

Deno.test("overrides set, replace and make keys", () => {
  const spec = specOf(EXAMPLE, {
    set: [
      "stages.cross.params.fast=12",
      "stages.cross.params={fast: 12, slow: 90}",
      "stages.cross.params.mode=fast=slow",
      "stages.slices.warmup=auto",
      "account.capital=5e4",
      "stages.slices.from=[ticks]",
      "stages.slices.from.0=ticks",
      "run.seed=${SEED:3}",
    ],
  });
  const { params } = stageOf(spec, "cross").config as {
    params: Record<string, unknown>;
  };
  assert.deepEqual(params, { fast: 12, slow: 90, mode: "fast=slow" });
  assert.equal(
    (stageOf(spec, "slices").config as { warmup: string }).warmup,
    "auto",
  );
  const { account } = spec.sections as { account: { capital: number } };
  assert.equal(account.capital, 50_000);
  assert.equal(spec.run.seed, 3);
});

Deno.test("an override of an anchor's copy leaves the others alone", () => {
  const text = EXAMPLE
    .replace("params: { fast: 50, slow: 500 }", "params: &p { fast: 50 }")
    .replace(
      "  results:",
      "  other: { kind: worker, from: slices, strategy: strategies/b.ts, params: *p }\n  results:",
    );
  const spec = specOf(text, { set: ["stages.other.params.fast=1"] });
  const fast = (id: string) =>
    (stageOf(spec, id).config as { params: { fast: number } }).params.fast;
  assert.deepEqual([fast("cross"), fast("other")], [50, 1]);
});

Deno.test("merge keys fill what a mapping does not set itself", () => {
  const text = EXAMPLE
    .replace(
      "  ES: { tick_size",
      "  NQ: &future { tick_size: 0.25, multiplier: 20 }\n  MNQ: { <<: *future, multiplier: 2 }\n  ES: { tick_size",
    );
  const { instruments } = specOf(text).sections as {
    instruments: Record<string, { tick_size: number; multiplier: number }>;
  };
  assert.equal(instruments.MNQ.tick_size, 0.25);
  assert.equal(instruments.MNQ.multiplier, 2);
});

Deno.test("locate points at values, keys and the nearest written ancestor", () => {
  const parsed = parse(EXAMPLE, { set: ["stages.cross.slippage_ticks=1"] });
  const at = (...path: (string | number)[]) => {
    const { file, line, column, length } = parsed.locate(path);
    return [file, line, column, length];
  };
  assert.deepEqual(at("name"), ["p.yaml", 3, 7, 12]);
  assert.deepEqual(at("stages", "ticks"), ["p.yaml", 7, 3, 5]);
  assert.deepEqual(at("stages", "slices", "from", 0), ["p.yaml", 17, 37, 5]);
  assert.deepEqual(at("stages", "cross", "inputs"), ["p.yaml", 18, 3, 5]);
  assert.deepEqual(at("stages", "cross", "slippage_ticks"), [
    "--set",
    1,
    29,
    1,
  ]);
  assert.deepEqual(at("run", "store"), ["p.yaml", 20, 1, 3]);
  assert.deepEqual(at("nowhere"), ["p.yaml", 3, 1, 1]);
});

Deno.test("a share is a percentage from 0 to 100", () => {
  assert.deepEqual(
    ["0.1%", "100%", "0%", "101%", "5", ""].map(parseShare),
    [0.001, 1, 0, undefined, undefined, undefined],
  );
});
