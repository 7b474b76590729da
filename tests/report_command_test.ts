import assert from "node:assert/strict";
import { RunDirectory } from "../pipeline/run/run_directory.ts";
import {
  codesOf,
  Desk,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

function deskOf(): Promise<Desk> {
  return Desk.make({
    "it.yaml": pipelineText({ dispatcher: "slice: 1m" }),
    "strategy.ts": strategyText(`{
  indicators: ({ price }) => ({ price, average: sma(price, 5) }),
  onTick({ price, average }, broker) {
    if (average.ready) broker.target(price.value > average.value ? 1 : -1);
  },
}`),
    "data/ticks.csv": ticksText(walkPrices(300)),
  });
}

Deno.test("a run leaves its report, says where, and makes none when told so", async () => {
  await using desk = await deskOf();
  const { out } = await desk.run("it.yaml");
  assert.match(out, /^ {2}report runs\/it\/report\.html$/m);
  assert.match(desk.read("runs/it/report.html"), /^<!DOCTYPE html>/);
  const { out: without } = await desk.run("it.yaml", {
    out: "runs/without",
    args: ["--set", "stages.results.report=false"],
  });
  assert.doesNotMatch(without, /report/);
  assert.ok(!desk.has("runs/without/report.html"));
  const { code, out: told } = await desk.call(["report", "runs/without"]);
  assert.deepEqual([code, told], [0, "report runs/without/report.html\n"]);
});

Deno.test("the same run has the same report but for its times", async () => {
  await using desk = await deskOf();
  await desk.run("it.yaml", { args: ["--workers", "2"] });
  const before = desk.read("runs/it/report.html");
  const { code } = await desk.call(["report", "runs/it"]);
  assert.equal(code, 0);
  assert.equal(desk.read("runs/it/report.html"), before);
});

Deno.test("each of several aggregators has a report of its own", async () => {
  await using desk = await deskOf();
  desk.write(
    "two.yaml",
    pipelineText({ name: "two" }).replace(
      "run:",
      `  other: { kind: worker, from: slices, strategy: strategy.ts }
  more: { kind: aggregator, from: other, report: false }
run:`,
    ),
  );
  const { out, result } = await desk.run("two.yaml", { out: "runs/two" });
  assert.match(out, /^ {2}report runs\/two\/results\/report\.html$/m);
  assert.ok(!desk.has("runs/two/more/report.html"));
  const text = desk.read("runs/two/results/report.html");
  assert.match(text, /<h1>two: results<\/h1>/);
  assert.ok(text.includes(result.by_stage.results.digest));
});

Deno.test("what is no finished run has no report", async () => {
  await using desk = await deskOf();
  await desk.run("it.yaml");
  Deno.removeSync(desk.at("runs/it/result.json"));
  for (const directory of ["runs/it", "nowhere", "data"]) {
    const ended = await desk.call(["report", directory]);
    assert.equal(ended.code, 2);
    assert.equal(ended.out, "");
    assert.deepEqual(codesOf(ended), ["no_run"]);
    assert.match(
      ended.err,
      new RegExp(`^Cannot make the report of ${directory}: it has no `),
    );
  }
  await desk.run("it.yaml", { out: "runs/torn" });
  for (const name of ["fills.parquet", "plan.json"]) {
    const path = desk.at("runs/torn", name);
    Deno.truncateSync(path, Math.floor(Deno.statSync(path).size / 2));
    const ended = await desk.call(["report", "runs/torn"]);
    assert.deepEqual([ended.code, codesOf(ended)], [2, ["no_run"]]);
    assert.match(ended.err, new RegExp(name));
  }
  const usage = await desk.call(["report"]);
  assert.equal(usage.code, 2);
});

Deno.test("a run that goes on leaves no report of before", async () => {
  await using desk = await deskOf();
  await desk.run("it.yaml");
  RunDirectory.open(desk.at("runs/it")).reopen();
  assert.ok(!desk.has("runs/it/report.html"));
  const { code, err } = await desk.call(["run", "--resume", "runs/it"]);
  assert.equal(code, 0, err);
  assert.ok(desk.has("runs/it/report.html"));
});
