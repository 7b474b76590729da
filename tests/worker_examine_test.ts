import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { examineStrategy } from "../stages/worker/examine/examine.ts";
import { ownFiles } from "../stages/worker/hash_code.ts";
import {
  codesOf,
  Desk,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "./helpers/cli.ts";

interface Case {
  /** Statements before the strategy. */
  readonly head?: string;
  /** Body of `onTick`. */
  readonly tick?: string;
  /** The strategy itself, instead of `onTick`. */
  readonly all?: string;
  /** What the finding says, with its place; absent: none. */
  readonly says?: RegExp;
  readonly carries?: boolean;
}

function textOf({ head = "", tick = "", all }: Case): string {
  return `import { strategy } from "../engine/mod.ts";
${head}
export default strategy({
${all ?? `  onTick({ price }, broker, state) {\n    ${tick}\n  },`}
});
`;
}

async function messages(
  files: Readonly<Record<string, string>>,
  carries = false,
  sweeps = false,
): Promise<string[]> {
  const list = Object.entries(files).map(([name, text]) => ({ name, text }));
  const path = "strategies/mine.ts";
  const issues = await examineStrategy(list, path, carries, sweeps);
  for (const { path, hint } of issues) {
    assert.deepEqual(path, ["strategy"]);
    assert.ok(hint);
  }
  return issues.map(({ code, message }) => `${message} [${code}]`);
}

const FOUND: Readonly<Record<string, Case>> = {
  "a variable of the module": {
    head: "let seen = 0;",
    tick: "seen++;",
    says:
      /^Cannot carry "seen" .* \(strategies\/mine\.ts:5:5\) \[hidden_state\]$/,
  },
  "a variable with a type": {
    head: "let last: number | null = null;",
    tick: "last = price.value as number;",
    says: /"last".*mine\.ts:5:5/,
  },
  "a var in a block": {
    head: "{ var seen = 0; }",
    tick: "seen += 1;",
    says: /"seen"/,
  },
  "a variable by destructuring": {
    head: "let a = 0, b = 0;",
    tick: "[a, { b }] = [1, { b: 2 }];",
    says: /"a".*5:6/,
  },
  "a variable as a loop's": {
    head: "let i = 0;",
    tick: "for (i of [1, 2]);",
    says: /"i"/,
  },
  "a variable written by a helper": {
    head: "let seen = 0;\nfunction count() { seen++; }",
    tick: "count();",
    says: /"seen".*3:20/,
  },
  "a map": {
    head: "const counts = new Map();",
    tick: "counts.set(price.value, 1);",
    says: /what "counts" holds.*5:5/,
  },
  "an array": {
    head: "const past = [];",
    tick: "past.push(1);",
    says: /"past"/,
  },
  "an element": {
    head: "const sums = new Float64Array(4);",
    tick: "sums[0] += price.value;",
    says: /"sums"/,
  },
  "a field of an object": {
    head: "const mine = { a: { n: 0 } };",
    tick: "mine.a.n++;",
    says: /"mine"/,
  },
  "a field taken away": {
    head: "const mine = { n: 0 };",
    tick: "delete mine.n;",
    says: /"mine"/,
  },
  "an object by Object.assign": {
    head: "const mine = { n: 0 };",
    tick: "Object.assign(mine, { n: 1 });",
    says: /"mine"/,
  },
  "an object of a class": {
    head:
      "class Tracker { #n = 0; update() { this.#n++; } }\nconst tracker = new Tracker();",
    tick: "tracker.update();",
    says: /"tracker"/,
  },
  "a static field": {
    head: "class Count { static n = 0; }",
    tick: "Count.n++;",
    says: /"Count"/,
  },
  "a generator": {
    head:
      "function* walk() { for (let i = 0;; i++) yield i; }\nconst steps = walk();",
    tick: "broker.target(steps.next().value % 2);",
    says: /"steps"/,
  },
  "a sticky expression": {
    head: "const DIGIT = /1/g;",
    tick: "DIGIT.test(String(price.value));",
    says: /"DIGIT"/,
  },
  "a field of this": {
    all: "  n: 0,\n  onTick() { this.n++; },",
    says: /field of `this`.*mine\.ts:5:14/,
  },
  "a variable of indicators": {
    all:
      "  indicators: ({ price }) => { let n = 0; return { x: wrap(price, () => n++) }; },\n  onTick() {},",
    says: /"n"/,
  },
  "a variable of a function called at once": {
    all: "  ...(() => { let n = 0; return { onTick() { n++; } }; })(),",
    says: /"n"/,
  },
  "a property of the world": {
    tick: "globalThis.seen = 1;",
    says: /Cannot carry "globalThis"/,
  },
  "a property of Math": { tick: "Math.seen = 1;", says: /"Math"/ },
  "a global array": {
    head: "export const shared: number[] = [];",
    tick: "shared.length = 0;",
    says: /"shared"/,
  },
  "a helper that waits": {
    head: "async function later() { await null; }",
    tick: "later();",
    says: /wait in a strategy.*mine\.ts:2:1\) \[forbidden\]/,
  },
  "a then": {
    tick: "Promise.resolve(1).then(() => broker.target(1));",
    says: /wait in a strategy.*\[forbidden\]/,
  },
  "an import of the system": {
    head: 'import { hrtime } from "node:process";',
    tick: "hrtime();",
    says: /Cannot import "node:process" .*mine\.ts:2:1\) \[forbidden\]/,
  },
  "an import of a package": {
    head: `const os = await ${"import"}("npm:os");`,
    says: /Cannot import "npm:os"/,
  },
  "an import by a computed name": {
    head: `const os = await ${"import"}("node" + ":os");`,
    says: /named at run time/,
  },
  "code made of text": {
    tick: 'new Function("return 1")();',
    says: /Cannot call Function/,
  },
};

for (const [what, one] of Object.entries(FOUND)) {
  Deno.test(`a strategy's memory is seen in its text: ${what}`, async () => {
    const found = await messages({ "mine.ts": textOf(one) });
    assert.equal(
      found.length,
      what.includes("destructuring") ? 2 : 1,
      found.join("\n"),
    );
    assert.match(found[0], one.says!);
  });
}

const CLEAN: Readonly<Record<string, Case>> = {
  "state": { tick: "state.seen++; state.sums[0] = 1;" },
  "constants": {
    head:
      "const LEVELS = [1, 2];\nlet top = 0;\nfor (const x of LEVELS) top = x;\nLEVELS.push(3);",
    tick: "broker.target(LEVELS[0] + top);",
  },
  "variables of a call": {
    head: "let x = 0; void x;",
    tick:
      "let x = 0; const list = []; list.push(1); [1].forEach((y) => { x += y; }); { let z = x; z++; }",
  },
  "a var below": { tick: "for (var i = 0; i < 3; i++); i = 2;" },
  "catch, switch and labels": {
    tick:
      "try { throw 1; } catch (e) { e = 2; } switch (1) { case 1: let q = 1; q++; }",
  },
  "what is built at load": {
    head:
      "const table = {};\n[1, 2].forEach((x) => { table[x] = x; });\n(() => { table.z = 1; })();",
  },
  "scratch": {
    head:
      "/** Scratch: filled anew at every event. */\nconst room = new Float64Array(8);",
    tick: "room.fill(0); room[0] = 1;",
  },
  "objects of a call": {
    head: "class Sum { n = 0; add(x) { this.n += x; } }",
    tick: "const sum = new Sum(); sum.add(1);",
  },
  "a helper's own arguments": {
    head: "function fill(list, n) { list[0] = n; n++; list.push(n); }",
    tick: "fill([], 1);",
  },
  "an engine's function that is called add": {
    head: 'import * as engine from "../engine/mod.ts";',
    tick: "engine.add(1, 2);",
  },
  "a variable that snapshot carries": {
    head: "let counts = new Map();",
    tick: "counts.set(1, 2);",
    carries: true,
  },
  "code that no blank can replace": { head: "enum Side { Buy, Sell }" },
};

for (const [what, one] of Object.entries(CLEAN)) {
  Deno.test(`nothing is found in a strategy with ${what}`, async () => {
    assert.deepEqual(
      await messages({ "mine.ts": textOf(one) }, one.carries),
      [],
    );
  });
}

Deno.test("memory in a module beside the strategy is seen, once for each name", async () => {
  const found = await messages({
    "mine.ts": textOf({
      head: 'import { counts, note } from "./lib/notes.ts";',
      tick: "note(1); counts.n++; counts.n++;",
    }),
    "lib/notes.ts":
      "export const counts = { n: 0 };\nexport let last = 0;\nexport function note(x: number) {\n  last = x;\n}\n",
    "lib/levels.json": "{}",
  });
  assert.equal(found.length, 2, found.join("\n"));
  assert.match(found[0], /"counts".*strategies\/mine\.ts:5:14/);
  assert.match(found[1], /"last".*strategies\/lib\/notes\.ts:4:3/);
});

Deno.test("the strategies of the project keep nothing outside of their state", async () => {
  const folder = fileURLToPath(new URL("../strategies/", import.meta.url));
  for (const name of readdirSync(folder)) {
    const files = ownFiles(pathToFileURL(folder + name).href);
    assert.deepEqual(await examineStrategy(files, name, false), [], name);
  }
});

Deno.test("check names each memory of a strategy at its line, before anything runs", async () => {
  await using desk = await Desk.make({
    "it.yaml": pipelineText(),
    "data/ticks.csv": ticksText(walkPrices(50)),
    "strategy.ts": `let seen = 0;\nconst past: number[] = [];\n${
      strategyText(`{
  indicators: ({ price }) => ({ price }),
  onTick({ price }, broker) {
    past.push(price.value);
    // Later than any trial would look.
    if (++seen > 50_000) broker.target(1);
  },
}`)
    }`,
  });
  for (const verb of ["check", "run"]) {
    const ended = await desk.call([verb, "it.yaml"]);
    assert.equal(ended.code, 78, ended.err);
    assert.deepEqual(codesOf(ended), ["hidden_state", "hidden_state"]);
    assert.match(ended.err, /it\.yaml:11:51: .*"past".*\(strategy\.ts:9:5\)/);
    assert.match(ended.err, /it\.yaml:11:51: .*"seen".*\(strategy\.ts:11:11\)/);
    assert.match(ended.err, /keep it in `state`/);
  }
  assert.ok(!desk.has("store"));
});

Deno.test("what indicators keeps in the module would be another set's in a sweep", async () => {
  const text = textOf({
    head: "let size = 1;",
    all: `  indicators({ price }, { n }) {
    size = n;
    return { price };
  },
  onTick(_series, broker) {
    broker.target(size);
  },`,
  } as Case);
  assert.deepEqual(await messages({ "mine.ts": text }), []);
  const [found] = await messages({ "mine.ts": text }, false, true);
  assert.match(
    found,
    /^Cannot carry "size" .*mine\.ts:5:5\) \[hidden_state\]$/,
  );
});
