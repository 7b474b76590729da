import assert from "node:assert/strict";
import {
  codesOf,
  Desk,
  pipelineText,
  ROOT,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

function deskOf(): Promise<Desk> {
  return Desk.make({
    "it.yaml": pipelineText({ dispatcher: "slice: 1m" }),
    "strategy.ts": strategyText(
      "{ indicators: ({ price }) => ({ price }), onTick() {} }",
    ),
    "data/ticks.csv": ticksText(walkPrices(300)),
  });
}

const VERBS = ["run", "check", "plan", "graph", "ingest", "verify"];

Deno.test("every verb explains itself", async () => {
  await using desk = await deskOf();
  const whole = await desk.call(["--help"]);
  assert.equal(whole.code, 0);
  for (const verb of [...VERBS, "report", "schema"]) {
    assert.match(whole.out, new RegExp(`^ {2}${verb} `, "m"));
  }
  for (const verb of VERBS) {
    const { code, out, err } = await desk.call([verb, "--help"]);
    assert.equal(code, 0);
    assert.equal(err, "");
    assert.match(out, new RegExp(`^Usage: breakwater ${verb} `));
    assert.match(out, /--set <path=value>/);
    // An example that could be typed as it stands.
    assert.match(out, new RegExp(`^ {2}deno task ${verb} configs/`, "m"));
  }
});

Deno.test("wrong usage ends with 2 and says so on standard error", async () => {
  await using desk = await deskOf();
  const wrong = [
    [],
    ["nothing"],
    ["run"],
    ["check"],
    ["run", "it.yaml", "other.yaml"],
    ["run", "it.yaml", "--nope"],
    ["run", "it.yaml", "--workers", "0"],
    ["run", "it.yaml", "--workers", "two"],
    ["run", "it.yaml", "--workers", "1.5"],
    ["run", "it.yaml", "--set"],
    ["run", "none.yaml"],
    ["check", "none.yaml"],
    ["run", "data"],
  ];
  for (const args of wrong) {
    const { code, out, err } = await desk.call(args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(out, "");
    assert.notEqual(err, "");
    assert.doesNotMatch(err, /^\s+at /m);
  }
  assert.ok(!desk.has("store"));
});

Deno.test("check says yes, or all that is wrong, and touches nothing", async () => {
  await using desk = await deskOf();
  const good = await desk.call(["check", "it.yaml"]);
  assert.equal(good.code, 0, good.err);
  assert.match(good.out, /it\.yaml: 4 stages, 3 edges, no problems/);
  desk.write(
    "bad.yaml",
    pipelineText({ instrument: "tick_size: -1, multiplier: 50" })
      .replace("kind: dispatcher", "kind: dispacher")
      .replace("workers: 1", "worker: 1"),
  );
  const bad = await desk.call(["check", "bad.yaml"]);
  assert.equal(bad.code, 78);
  assert.equal(bad.out, "");
  const heads = bad.err.split("\n").filter((line) =>
    line.startsWith("bad.yaml:")
  );
  assert.deepEqual(
    heads.map((line) => line.replace(/^(\S+:\d+:\d+): .*(\[\w+\])$/, "$1 $2")),
    [
      "bad.yaml:3:20 [bad_value]",
      "bad.yaml:10:19 [unknown_kind]",
      "bad.yaml:11:64 [unknown_key]",
    ],
  );
  assert.match(bad.err, /did you mean "dispatcher"/);
  assert.match(bad.err, /did you mean "workers"/);
  assert.ok(!desk.has("store") && !desk.has("runs"));
});

Deno.test("broken YAML is placed", async () => {
  await using desk = await deskOf();
  desk.write(
    "broken.yaml",
    "name: it\nstages:\n  ticks: { kind: loader\nrun: {}\n",
  );
  for (const verb of VERBS) {
    const ended = await desk.call([verb, "broken.yaml"]);
    assert.equal(ended.code, 78, verb);
    assert.deepEqual(new Set(codesOf(ended)), new Set(["yaml_syntax"]));
    assert.match(ended.err, /^broken\.yaml:[34]:\d+: /);
  }
});

Deno.test("plan tells what a run would do, before and after an ingest, and does none of it", async () => {
  await using desk = await deskOf();
  const before = await desk.call(["plan", "it.yaml"]);
  assert.equal(before.code, 0, before.err);
  assert.match(before.out, /not in the store yet/);
  assert.ok(!desk.has("store") && !desk.has("runs"));
  const ingest = await desk.call(["ingest", "it.yaml"]);
  assert.equal(ingest.code, 0, ingest.err);
  assert.match(ingest.out, /^ticks: 300 rows, 2024-03-04 to 2024-03-04\n$/);
  assert.ok(desk.has("store") && !desk.has("runs"));
  const again = await desk.call(["ingest", "it.yaml"]);
  assert.match(again.out, /already in the store/);
  const after = await desk.call(["plan", "it.yaml", "--workers", "3"]);
  assert.equal(after.code, 0, after.err);
  assert.match(after.out, /300 rows/);
  assert.match(after.out, /5 slices over 1 sessions?, 0 rows outside/);
  assert.match(after.out, /slice 0: 60 rows/);
  assert.match(after.out, /trader \(worker, 3 workers\)/);
  assert.match(after.out, /ticks → trader\[2\]/);
  const data = await desk.call(["plan", "it.yaml", "--json"]);
  const plan = JSON.parse(data.out);
  assert.equal(plan.stages.length, 4);
  assert.ok(!desk.has("runs"));
});

Deno.test("graph prints Mermaid of the stages and what goes between them", async () => {
  await using desk = await deskOf();
  const { code, out } = await desk.call(["graph", "it.yaml"]);
  assert.equal(code, 0);
  const lines = out.trimEnd().split("\n");
  assert.equal(lines[0], "flowchart LR");
  const nodes = lines.filter((line) =>
    /^ {2}s\d+\["\w+<br\/>\w+"\]$/.test(line)
  );
  const edges = lines.filter((line) =>
    /^ {2}s\d+ -->\|"[\w, ]+"\| s\d+$/.test(line)
  );
  assert.equal(nodes.length, 4);
  assert.equal(edges.length, 3);
  assert.equal(lines.length, 8);
  const { stages } = JSON.parse(
    (await desk.call(["graph", "it.yaml", "--json"])).out,
  );
  assert.deepEqual(
    stages.map(({ id }: { id: string }) => id),
    ["ticks", "slices", "trader", "results"],
  );
});

Deno.test("schema prints the schema that is committed", async () => {
  await using desk = await deskOf();
  const { code, out } = await desk.call(["schema"]);
  assert.equal(code, 0);
  assert.equal(
    out,
    await Deno.readTextFile(`${ROOT}/configs/schema/pipeline.schema.json`),
  );
  assert.match(JSON.parse(out).$schema, /draft-07/);
});

Deno.test("verify runs it every way and says that the result is one", async () => {
  await using desk = await deskOf();
  const { code, out, err } = await desk.call(["verify", "it.yaml"]);
  assert.equal(code, 0, err);
  assert.match(out, /\ndigest [0-9a-f]{64}\n$/);
  assert.match(out, /^1 worker .*\n2 workers .*\n/);
});

Deno.test("an override and the environment reach the run", async () => {
  await using desk = await deskOf();
  desk.write(
    "it.yaml",
    pipelineText({ source: '"${TICKS:nowhere.csv}"', dispatcher: "slice: 1m" }),
  );
  const without = await desk.call(["run", "it.yaml"]);
  assert.equal(without.code, 65);
  assert.match(without.err, /nowhere\.csv/);
  const { result } = await desk.run("it.yaml", {
    env: { TICKS: "data/ticks.csv" },
    args: ["--set", "account.capital=5000", "--set", "name=other"],
  });
  assert.equal(result.ticks, 300);
  assert.equal(result.final_equity, 5000);
  assert.equal(result.name, "other");
});
