import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import {
  codesOf,
  Desk,
  type Ended,
  pipelineText,
  ROOT,
  strategyText,
} from "./helpers/cli.ts";
import { blocksOf } from "./helpers/markdown.ts";

const STRATEGY = strategyText(`{
  params: { length: param.int({ default: 500, min: 1 }) },
  indicators: ({ price, size }, { length }) => ({ price, size, average: sma(price, length) }),
  onTick({ price, size, average }, broker) {
    if (!average.ready || size.value < 1) return;
    broker.target(price.value > average.value ? 1 : price.value < average.value ? -1 : 0);
  },
}`);

/** The tests begin on line 15, their rows on line 22. */
const TESTS = `tests:
  goes with the price:
    set: { stages.trader.params.length: 2 }
    ticks:
      ticks:
        columns: [time, price, size]
        rows:
          - [2024-03-04T14:30:00Z, 100.00, 1]
          - [+1s, 100.25, 1] # buy
          - [+500ms, 100.50, 1]
          - [2024-03-04T14:30:05.25Z, 100.00, 1] # sell two
          - [+1s, 99.75, 1]
    fills:
      - { time: 2024-03-04T14:30:01.500Z, side: buy, quantity: 1, price: 100.50 }
      - { time: 2024-03-04T14:30:06.25Z, side: sell, quantity: 2, price: 99.75, commission: 0 }
`;

function deskOf(tests = TESTS): Promise<Desk> {
  const text = pipelineText().replace(
    "price: price }",
    "price: price, size: volume }",
  );
  return Desk.make({
    "it.yaml": text + "account: { capital: 100000 }\n" + tests,
    "strategy.ts": STRATEGY,
  });
}

async function test(tests: string, ...args: string[]): Promise<Ended> {
  await using desk = await deskOf(tests);
  const before = readdirSync(desk.path).sort();
  const ended = await desk.call(["test-config", "it.yaml", ...args]);
  assert.deepEqual(readdirSync(desk.path).sort(), before);
  return ended;
}

Deno.test("a pipeline's test passes when its fills come, and leaves nothing", async () => {
  const ended = await test(TESTS);
  assert.equal(ended.code, 0, ended.out + ended.err);
  assert.equal(
    ended.out,
    "ok    goes with the price: 2 fills\n1 test, 0 failed\n",
  );
  assert.equal(ended.err, "");
  const json = JSON.parse((await test(TESTS, "--json")).out);
  assert.equal(json.length, 1);
  assert.equal(json[0].ok, true);
  assert.equal(json[0].fills.length, 2);
});

Deno.test("what came instead is printed as YAML, which passes when it is pasted", async () => {
  const [head] = TESTS.split("    fills:");
  const changes: Readonly<Record<string, RegExp>> = {
    "    fills: []\n": /there are 2 fills, expected 0$/m,
    "    fills:\n      - { time: 2024-03-04T14:30:01.500Z, side: sell, quantity: 1, price: 100.50 }\n":
      /fill 0: side is buy, expected sell$/m,
    "    fills:\n      - { time: 2024-03-04T14:30:01.5Z, side: buy, quantity: 1, price: 100.5, instrument: NQ }\n":
      /fill 0: instrument is ES, expected NQ$/m,
    "    fills:\n      - { time: 2024-03-04T14:30:02Z, side: buy, quantity: 1, price: 100.5 }\n":
      /fill 0: time is 2024-03-04T14:30:01\.5Z, expected 2024-03-04T14:30:02Z$/m,
  };
  for (const [fills, says] of Object.entries(changes)) {
    const ended = await test(head + fills);
    assert.equal(ended.code, 1, ended.err);
    assert.match(ended.out, /^FAIL {2}goes with the price: /);
    assert.match(ended.out, says);
    const [, yaml] = /what came:\n([^]*?)1 test, 1 failed/.exec(ended.out)!;
    const pasted = await test(head + yaml);
    assert.equal(pasted.code, 0, pasted.out);
  }
});

Deno.test("of several tests all run, and each is told", async () => {
  const second = TESTS.replace("tests:\n", "").replace(
    "goes with the price",
    "another",
  ).replace("quantity: 2", "quantity: 3");
  const ended = await test(TESTS + second);
  assert.equal(ended.code, 1);
  assert.match(
    ended.out,
    /^ok {4}goes.*\nFAIL {2}another: fill 1: quantity is 2, expected 3$/m,
  );
  assert.match(ended.out, /^2 tests, 1 failed$/m);
});

interface Bad {
  readonly from: string;
  readonly to: string;
  /** Line, column, code. */
  readonly at: readonly [number, number, string];
  readonly says: RegExp;
}

const BAD: Readonly<Record<string, Bad>> = {
  "a loader that is not there": {
    from: "      ticks:\n",
    to: "      tikcs:\n",
    at: [18, 5, "missing_key"],
    says:
      /it\.yaml:19:7: Cannot find the loader "tikcs".*\[unknown_input\][^]*did you mean "ticks"/,
  },
  "no time": {
    from: "[time, price, size]",
    to: "[price, size]",
    at: [20, 9, "missing_key"],
    says: /without time/,
  },
  "no price": {
    from: "[time, price, size]",
    to: "[time, bid, size]",
    at: [20, 9, "missing_key"],
    says: /without price, or bid and ask/,
  },
  "a column that no loader has": {
    from: "[time, price, size]",
    to: "[time, price, volume]",
    at: [20, 32, "bad_value"],
    says: /volume/,
  },
  "a row that is too short": {
    from: "[+1s, 100.25, 1]",
    to: "[+1s, 100.25]",
    at: [23, 13, "bad_value"],
    says: /a row of 2 values: current columns are time, price, size/,
  },
  "a price that is none": {
    from: "100.25, 1",
    to: "much, 1",
    at: [23, 19, "wrong_type"],
    says: /the price: current value is "much"/,
  },
  "a time that is none": {
    from: "+500ms",
    to: "+later",
    at: [24, 14, "bad_value"],
    says: /\+1s after the row before/,
  },
  "a first time that is relative": {
    from: "2024-03-04T14:30:00Z",
    to: "+1s",
    at: [22, 14, "bad_value"],
    says: /the first is a time/,
  },
  "a time that goes back": {
    from: "14:30:05.25Z",
    to: "14:29:05.25Z",
    at: [25, 14, "bad_value"],
    says: /go back in time.*after 2024-03-04T14:30:01\.5Z/,
  },
  "a tick off the grid": {
    from: "99.75, 1]",
    to: "99.80, 1]",
    at: [26, 13, "bad_value"],
    says: /99\.8/,
  },
  "a fill at no time": {
    from: "14:30:06.25Z, side",
    to: "later, side",
    at: [29, 17, "bad_value"],
    says: /2024-03-04Tlater/,
  },
  "a side that is none": {
    from: "side: sell",
    to: "side: hold",
    at: [29, 48, "bad_value"],
    says: /hold/,
  },
};

for (const [what, { from, to, at, says }] of Object.entries(BAD)) {
  Deno.test(`a pipeline's test with ${what} is a problem of the file`, async () => {
    assert.ok(TESTS.includes(from));
    const ended = await test(TESTS.replace(from, to));
    assert.equal(ended.code, 78, ended.out + ended.err);
    const [line, column, code] = at;
    const [first] = ended.err.split("\n");
    assert.match(
      first,
      new RegExp(`^it\\.yaml:${line}:${column}: .*\\[${code}\\]$`),
    );
    assert.match(ended.err, says);
  });
}

Deno.test("a column that the strategy reads and the test lacks is named", async () => {
  const text = TESTS.replace("[time, price, size]", "[time, price]")
    .replaceAll(/(\d), 1\]/g, "$1]");
  const ended = await test(text);
  assert.equal(ended.code, 78, ended.out);
  assert.deepEqual(codesOf(ended), ["missing_column"]);
  assert.match(ended.err, /"size": current columns of "ticks" are time, price/);
});

Deno.test("a strategy that throws fails its test at its line", async () => {
  await using desk = await deskOf();
  desk.write(
    "strategy.ts",
    STRATEGY.replace("if (!average", "throw new Error('no'); if (!average"),
  );
  const ended = await desk.call(["test-config", "it.yaml"]);
  assert.equal(ended.code, 1);
  assert.match(ended.err, /^no \[strategy_threw\]\n {2}strategy\.ts:8:/);
});

Deno.test("a file without tests says so, and a run does not look at tests", async () => {
  const none = await test("");
  assert.equal(none.code, 2);
  assert.match(none.err, /it\.yaml: it has no tests/);
  await using desk = await deskOf();
  desk.write("data/ticks.csv", "ts,price,volume\n2024-03-04T14:30:00Z,100,1\n");
  await desk.run("it.yaml");
  assert.doesNotMatch(desk.read("runs/it/config.yaml"), /tests:/);
  assert.doesNotMatch(desk.read("runs/it/plan.json"), /goes with/);
  assert.ok(existsSync(desk.at("runs/it/result.json")));
});

Deno.test("the tests of the configurations pass", async () => {
  await using desk = await Desk.make();
  for (const name of readdirSync(`${ROOT}configs`)) {
    if (
      !/^tests:/m.test(
        name.endsWith(".yaml")
          ? Deno.readTextFileSync(`${ROOT}configs/${name}`)
          : "",
      )
    ) continue;
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--unstable-worker-options",
        "main.ts",
        "test-config",
        `configs/${name}`,
      ],
      cwd: ROOT,
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stdout));
  }
  // And the one that the reference shows fails as it says.
  const page = Deno.readTextFileSync(`${ROOT}docs/yaml.md`);
  const yaml = blocksOf(page).find(({ text }) =>
    text.includes("name: es-tested")
  )!;
  desk.write("it.yaml", yaml.text.replace("strategies/", `${ROOT}strategies/`));
  const ended = await desk.call(["test-config", "it.yaml"]);
  assert.equal(ended.code, 1, ended.err);
  const shown = blocksOf(page).find(({ text }) => text.startsWith("FAIL"))!;
  assert.equal(ended.out, shown.text);
});
