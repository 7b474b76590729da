import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { programHash } from "../pipeline/plan/mod.ts";
import { breakwater, Desk, ENGINE } from "./helpers/cli.ts";

const SESSIONS = 30;
const TICKS = 4000;

/** A random walk of one 6.5 hour session a weekday, on a grid of 0.25. */
function tape(): string {
  const lines = ["time,price"];
  let seed = 42;
  let price = 20_000;
  const open = Date.UTC(2024, 3, 1, 13, 30) / 1000;
  for (let session = 0, day = 0; session < SESSIONS; day++) {
    if ([5, 6].includes(day % 7)) continue;
    session++;
    for (let i = 0; i < TICKS; i++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      price += [-1, 0, 0, 1][seed >>> 30];
      lines.push(`${open + day * 86_400 + i * 5},${(price / 4).toFixed(2)}`);
    }
  }
  return lines.join("\n") + "\n";
}

/** Carries its position over sessions, so that slices must be run again. */
const STRATEGY = `
import { sma, strategy } from ${JSON.stringify(ENGINE)};
export default strategy({
  indicators: ({ price }) => ({ fast: sma(price, 20), slow: sma(price, 200) }),
  state: { trades: 0 },
  onTick({ fast, slow }, broker, state) {
    if (!slow.ready || broker.goal !== broker.position) return;
    const size = 1 + state.trades % 3;
    const goal = fast.value > slow.value ? size : -size;
    if (Math.sign(goal) === Math.sign(broker.position)) return;
    state.trades++;
    broker.target(goal);
  },
});
`;

const PIPELINE = `
name: resume
instruments:
  ES: { tick_size: 0.25, multiplier: 50, commission: { per_contract: 2.05 }, session: nyse }
stages:
  ticks:
    kind: loader
    instrument: ES
    source: ticks.csv
    columns: { time: { column: time, unit: s }, price: price }
  slices: { kind: dispatcher, from: ticks }
  cross: { kind: worker, from: slices, strategy: strategy.ts }
  results: { kind: aggregator, from: cross }
`;

const FILES = {
  "ticks.csv": tape(),
  "strategy.ts": STRATEGY,
  "pipeline.yaml": PIPELINE,
};

async function digestOf(
  desk: Desk,
  ...args: readonly string[]
): Promise<string> {
  const { code, out, err } = await breakwater(["run", ...args, "--quiet"], {
    cwd: desk.path,
  });
  assert.equal(code, 0, err);
  return out;
}

/**
 * How many runs are killed: `KILLS=30` for a thorough look, which takes about a
 * second and a half each.
 */
const KILLS = Number(Deno.env.get("KILLS") ?? 6);

Deno.test(`a run killed at any moment resumes to the same digest: ${KILLS} kills`, async () => {
  await using desk = await Desk.make(FILES);
  const expected = await digestOf(desk, "pipeline.yaml", "--out", "whole");
  const { seconds } = await breakwater(
    ["run", "pipeline.yaml", "--out", "timed", "--quiet"],
    { cwd: desk.path },
  );
  const told = { anew: 0, resumed: 0, finished: 0, recalled: 0 };
  for (let k = 0; k < KILLS; k++) {
    const out = `killed-${k}`;
    // Every third time the store is cold, so that ingest is killed too.
    const cold = k % 3 === 0;
    if (cold) rmSync(desk.at("store"), { recursive: true });
    // Anywhere in the run; the store is read first, results are written last.
    const after = 1000 * (cold ? 2.5 : 1.05) * seconds * Math.random();
    await breakwater(["run", "pipeline.yaml", "--out", out], {
      cwd: desk.path,
      onStart: (process) =>
        setTimeout(() => {
          try {
            process.kill("SIGKILL");
          } catch {
            // It was faster.
          }
        }, after),
    });
    if (!existsSync(desk.at(out, "plan.json"))) {
      told.anew++;
      const args = ["pipeline.yaml", "--out", `${out}-anew`];
      assert.equal(await digestOf(desk, ...args), expected, out);
      continue;
    }
    const journal = desk.at(out, "journal", "cross");
    const kept = existsSync(journal)
      ? readdirSync(journal).filter((name) => !name.endsWith(".part"))
      : [];
    assert.equal(await digestOf(desk, "--resume", out), expected, out);
    const { recalled } = JSON.parse(desk.read(out, "result.json"));
    // Everything that had been finished was taken in, and nothing ran twice.
    const slicesIn = (names: readonly string[]) =>
      new Set(names.map((name) => name.split(".")[0])).size;
    const before = slicesIn(kept);
    // Of what was begun from a guess there may be no more than the first pieces.
    assert.ok(recalled <= before && recalled >= before - 2, out);
    assert.equal(slicesIn(readdirSync(journal)), SESSIONS, out);
    for (const name of kept) assert.ok(existsSync(`${journal}/${name}`), name);
    told.resumed++;
    told.finished += Number(kept.length >= SESSIONS);
    told.recalled += recalled;
  }
  if (KILLS >= 30) {
    console.log(told);
    assert.ok(told.anew > 0 && told.resumed > 0 && told.recalled > 0);
  }
});

Deno.test("a resumed run does not run finished slices again", async () => {
  await using desk = await Desk.make(FILES);
  const expected = await digestOf(desk, "pipeline.yaml", "--out", "whole");
  const journal = desk.at("whole", "journal", "cross");
  const entries = readdirSync(journal);
  // One is lost, one is torn: both must be run again, the others not.
  rmSync(`${journal}/${entries.find((name) => name.startsWith("7."))}`);
  const torn = `${journal}/${entries.find((name) => name.startsWith("11."))}`;
  const bytes = Deno.readFileSync(torn);
  bytes[bytes.length >> 1] ^= 1;
  Deno.writeFileSync(torn, bytes);
  assert.equal(await digestOf(desk, "--resume", "whole"), expected);
  const result = JSON.parse(
    Deno.readTextFileSync(desk.at("whole", "result.json")),
  );
  assert.ok(result.recalled >= SESSIONS - 2, `${result.recalled} recalled`);
});

Deno.test("a run does not resume with other code, data or nothing", async () => {
  await using desk = await Desk.make(FILES);
  const run = (...args: string[]) => breakwater(args, { cwd: desk.path });
  await digestOf(desk, "pipeline.yaml", "--out", "whole");
  desk.write("strategy.ts", STRATEGY.replace("20)", "21)"));
  const code = await run("run", "--resume", "whole");
  assert.equal(code.code, 1);
  assert.match(code.err, /stage cross.*\[cannot_resume\]/);
  desk.write("strategy.ts", STRATEGY);
  desk.write("ticks.csv", tape().replace("5000.00", "5000.25"));
  const data = await run("run", "--resume", "whole");
  assert.equal(data.code, 1);
  assert.match(data.err, /stage ticks.*\[cannot_resume\]/);
  assert.equal((await run("run", "--resume", "nowhere")).code, 2);
  assert.equal((await run("run")).code, 2);
});

Deno.test("what is no run directory is not resumed", async () => {
  await using desk = await Desk.make(FILES);
  const run = (...args: string[]) => breakwater(args, { cwd: desk.path });
  const expected = await digestOf(desk, "pipeline.yaml", "--out", "whole");
  const both = await run("run", "--resume", "whole", "--out", "other");
  assert.equal(both.code, 2);
  assert.match(both.err, /--out DIR or --resume DIR/);
  assert.ok(!existsSync(desk.at("other")));
  const plan = Deno.readTextFileSync(desk.at("whole", "plan.json"));
  for (const text of [null, plan.slice(0, 100), "[1]", "null"]) {
    if (text === null) rmSync(desk.at("whole", "plan.json"));
    else Deno.writeTextFileSync(desk.at("whole", "plan.json"), text);
    const { code, err } = await run("run", "--resume", "whole");
    assert.equal(code, 1, err);
    assert.match(err, /^Cannot resume whole: .*\[cannot_resume\]/);
    assert.ok(existsSync(desk.at("whole", "result.json")));
  }
  Deno.writeTextFileSync(desk.at("whole", "plan.json"), plan);
  assert.equal(await digestOf(desk, "--resume", "whole"), expected);
});

Deno.test("a resumed run that fails leaves no result of before, nor torn files", async () => {
  await using desk = await Desk.make(FILES);
  await digestOf(desk, "pipeline.yaml", "--out", "whole");
  const left = desk.at("whole", "journal", "cross", "0-0.part");
  Deno.writeTextFileSync(left, "torn");
  rmSync(desk.at("whole", "fills.parquet"));
  Deno.mkdirSync(desk.at("whole", "fills.parquet"));
  const { code } = await breakwater(["run", "--resume", "whole"], {
    cwd: desk.path,
  });
  assert.equal(code, 1);
  assert.ok(!existsSync(desk.at("whole", "result.json")));
  assert.ok(!existsSync(left));
  const parts = readdirSync(desk.at("whole"), { recursive: true })
    .filter((name) => String(name).endsWith(".part"));
  assert.deepEqual(parts, []);
});

Deno.test("a run does not resume with another program", async () => {
  await using desk = await Desk.make(FILES);
  await digestOf(desk, "pipeline.yaml", "--out", "whole");
  const path = desk.at("whole", "plan.json");
  const { program, ...rest } = JSON.parse(Deno.readTextFileSync(path));
  assert.equal(program, programHash());
  for (const other of [{ program: program.replace(/^./, "g") }, {}]) {
    Deno.writeTextFileSync(path, JSON.stringify({ ...rest, ...other }));
    const { code, err } = await breakwater(["run", "--resume", "whole"], {
      cwd: desk.path,
    });
    assert.equal(code, 1);
    assert.match(err, /changed since it began: the program \[cannot_resume\]/);
  }
});

Deno.test("the program is its engine, formats, stages and version", async () => {
  await using desk = await Desk.make({
    "deno.json": '{ "version": "1.0.0" }',
    "engine/a.ts": "1",
    "engine/deep/b.ts": "2",
    "formats/c.ts": "3",
    "stages/d.ts": "4",
    "stages/note.md": "5",
    "docs/e.ts": "6",
  });
  const root = pathToFileURL(`${desk.path}/`);
  const first = programHash(root);
  const differs = (name: string, text: string) => {
    const before = Deno.readTextFileSync(desk.at(name));
    desk.write(name, text);
    const changed = programHash(root) !== first;
    desk.write(name, before);
    return changed;
  };
  assert.ok(differs("deno.json", '{ "version": "1.0.1" }'));
  assert.ok(!differs("deno.json", '{ "version": "1.0.0", "tasks": {} }'));
  assert.ok(differs("engine/deep/b.ts", "7"));
  assert.ok(differs("formats/c.ts", "7"));
  assert.ok(differs("stages/d.ts", "7"));
  assert.ok(!differs("stages/note.md", "7"));
  assert.ok(!differs("docs/e.ts", "7"));
  assert.equal(programHash(root), first);
});

Deno.test("memory that the text does not show is found out by a trial", async () => {
  const hidden = STRATEGY
    .replace("export default", "const box = { seen: 0 };\nexport default")
    .replace("const size", "const mine = box;\n    const size")
    .replace("state.trades % 3", "(mine.seen++ >> 9) % 3");
  await using desk = await Desk.make({ ...FILES, "strategy.ts": hidden });
  const { code, err } = await breakwater(["run", "pipeline.yaml"], {
    cwd: desk.path,
  });
  assert.equal(code, 1);
  assert.match(err, /\[hidden_state\]/);
});
