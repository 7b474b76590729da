import assert from "node:assert/strict";
import fc from "fast-check";
import { param } from "../engine/mod.ts";
import { Expression } from "../stages/sweep/expression.ts";
import { setsOf } from "../stages/sweep/bundles.ts";
import { SweepSchema } from "../stages/sweep/keys.ts";
import { expandSets } from "../stages/sweep/sets.ts";

const SPECS = {
  fast: param.int({ default: 50, min: 1 }),
  slow: param.int({ default: 500, min: 2, max: 5000 }),
  band: param.float({ default: 0.5, min: 0 }),
  both: param.bool({ default: true }),
  kind: param.choice(["sma", "ema"]),
};

function expand(sweep: unknown, base = {}, seed = 7) {
  return expandSets(SweepSchema.parse(sweep), { specs: SPECS, base, seed });
}

function setsFor(sweep: unknown, base = {}, seed = 7) {
  const { sets, issues } = expand(sweep, base, seed);
  assert.deepEqual(issues, []);
  return sets;
}

Deno.test("a grid is every combination, the last parameter first", () => {
  const sets = setsFor({
    params: { fast: [5, 10], slow: { from: 20, to: 40, step: 10 } },
  });
  assert.deepEqual(sets, [
    { fast: 5, slow: 20 },
    { fast: 5, slow: 30 },
    { fast: 5, slow: 40 },
    { fast: 10, slow: 20 },
    { fast: 10, slow: 30 },
    { fast: 10, slow: 40 },
  ]);
});

Deno.test("ranges hold both ends, and no rounding", () => {
  const bands = (values: unknown) =>
    setsFor({ params: { band: values } }).map(({ band }) => band);
  assert.deepEqual(bands({ from: 0.1, to: 0.5, step: 0.1 }), [
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
  ]);
  assert.deepEqual(bands({ from: 0, to: 1, count: 3 }), [0, 0.5, 1]);
  assert.deepEqual(bands({ from: 1, to: 1000, count: 4, scale: "log" }), [
    1,
    10,
    100,
    1000,
  ]);
  const slow = setsFor({
    params: { slow: { from: 2, to: 5, count: 9, scale: "log" } },
  });
  assert.deepEqual(slow.map((set) => set.slow), [2, 3, 4, 5]);
});

Deno.test("where keeps what it is true of, with the worker's own parameters", () => {
  const params = { fast: [5, 50, 500], kind: ["sma", "ema"] };
  const where = 'fast < slow && (kind == "ema" || fast * 2 > slow)';
  assert.deepEqual(setsFor({ params, where }, { slow: 90 }), [
    { fast: 5, kind: "ema" },
    { fast: 50, kind: "sma" },
    { fast: 50, kind: "ema" },
  ]);
});

Deno.test("a list is taken as it is written", () => {
  const sets = [{ fast: 3 }, { slow: 70, both: false }];
  assert.deepEqual(setsFor({ method: "list", sets }), sets);
});

for (const method of ["random", "sobol"]) {
  Deno.test(`${method} sets are so many, different, inside, and follow the seed`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 200 }),
        (seed, samples) => {
          const sweep = {
            method,
            samples,
            params: {
              fast: { from: 5, to: 400 },
              slow: { from: 10, to: 4000, scale: "log" },
              band: { from: 0.25, to: 0.75 },
              kind: ["sma", "ema"],
            },
            where: "fast < slow",
          };
          const sets = setsFor(sweep, {}, seed);
          assert.equal(sets.length, samples);
          assert.equal(
            new Set(sets.map((s) => JSON.stringify(s))).size,
            samples,
          );
          for (const { band, kind, ...lengths } of sets) {
            const [fast, slow] = [Number(lengths.fast), Number(lengths.slow)];
            assert.ok(Number.isInteger(fast) && fast >= 5 && fast <= 400);
            assert.ok(Number.isInteger(slow) && slow > fast && slow <= 4000);
            assert.ok(Number(band) >= 0.25 && Number(band) <= 0.75);
            assert.ok(kind === "sma" || kind === "ema");
          }
          assert.deepEqual(setsFor(sweep, {}, seed), sets);
          assert.notDeepEqual(setsFor(sweep, {}, seed + 1), sets);
        },
      ),
      { numRuns: 30 },
    );
  });
}

Deno.test("samples of few whole numbers are all of them, once", () => {
  const sets = setsFor({
    method: "sobol",
    samples: 50,
    params: { fast: { from: 3, to: 6 } },
  });
  assert.deepEqual(sets.map(({ fast }) => fast).sort(), [3, 4, 5, 6]);
});

const WRONG: readonly {
  readonly name: string;
  readonly sweep: unknown;
  readonly code: string;
  readonly path: string;
  readonly says: RegExp;
  readonly hint?: RegExp;
}[] = [
  {
    name: "a parameter that is not there",
    sweep: { params: { fst: [1] } },
    code: "bad_param",
    path: "sweep.params.fst",
    says: /Cannot sweep fst: the strategy has fast, slow/,
    hint: /did you mean "fast"/,
  },
  {
    name: "a value outside its range",
    sweep: { params: { slow: [10, 9000] } },
    code: "bad_param",
    path: "sweep.params.slow",
    says: /current value is 9000, it must be a whole number from 2 to 5000/,
  },
  {
    name: "an end outside its range",
    sweep: { params: { fast: { from: 0, to: 10, step: 5 } } },
    code: "bad_param",
    path: "sweep.params.fast.from",
    says: /current value is 0/,
  },
  {
    name: "a grid without a step",
    sweep: { params: { fast: { from: 1, to: 10 } } },
    code: "bad_value",
    path: "sweep.params.fast",
    says: /a grid needs its step or its count/,
  },
  {
    name: "a range from high to low",
    sweep: { params: { fast: { from: 10, to: 1, step: 1 } } },
    code: "bad_value",
    path: "sweep.params.fast",
    says: /it ends at 1, before it begins at 10/,
  },
  {
    name: "half a whole number",
    sweep: { params: { fast: { from: 1, to: 4, step: 0.5 } } },
    code: "bad_value",
    path: "sweep.params.fast",
    says: /it is a whole number/,
  },
  {
    name: "a range of words",
    sweep: { params: { kind: { from: 1, to: 4, step: 1 } } },
    code: "bad_value",
    path: "sweep.params.kind",
    says: /it is no number, so it needs a list of values/,
  },
  {
    name: "nothing that fits",
    sweep: { params: { fast: [600] }, where: "fast < slow" },
    code: "bad_value",
    path: "sweep.where",
    says: /no set fits "fast < slow"/,
  },
  {
    name: "a name that where does not know",
    sweep: { params: { fast: [6] }, where: "fast < slwo" },
    code: "bad_value",
    path: "sweep.where",
    says: /there is no slwo among fast, slow/,
    hint: /did you mean "slow"/,
  },
  {
    name: "a where that is no expression",
    sweep: { params: { fast: [6] }, where: "fast <" },
    code: "bad_value",
    path: "sweep.where",
    says: /Expected expression after </,
  },
  {
    name: "too many sets",
    sweep: {
      params: {
        fast: { from: 1, to: 1000, step: 1 },
        slow: { from: 2, to: 5000, step: 1 },
      },
    },
    code: "bad_value",
    path: "sweep",
    says: /current value is 4999000, the most is 10000/,
    hint: /method: sobol/,
  },
  {
    name: "a list without sets",
    sweep: { method: "list" },
    code: "missing_key",
    path: "sweep.sets",
    says: /Cannot leave out "sets": a sweep by list needs it/,
  },
  {
    name: "samples of a grid",
    sweep: { params: { fast: [1] }, samples: 5 },
    code: "bad_value",
    path: "sweep.samples",
    says: /the sweep's method is grid/,
  },
];

for (const { name, sweep, code, path, says, hint } of WRONG) {
  Deno.test(`a sweep with ${name} is refused`, () => {
    const { sets, issues } = expand(sweep);
    assert.deepEqual(sets, []);
    assert.equal(issues.length, 1, JSON.stringify(issues));
    assert.equal(issues[0].code, code);
    assert.equal(issues[0].path.join("."), path);
    assert.match(issues[0].message, says);
    if (hint) assert.match(issues[0].hint ?? "", hint);
  });
}

Deno.test("an expression is worked out, and never run as code", () => {
  const scope = { a: 3, b: -2, none: null, word: "x" };
  const names = [...Object.keys(scope), "missing"];
  const of = (text: string) => {
    const read = Expression.read(text, names);
    assert.ok(read instanceof Expression, JSON.stringify(read));
    return read.of(scope);
  };
  assert.equal(of("a + b * 2"), -1);
  assert.equal(of("-(a - 1) / 4"), -0.5);
  assert.equal(of("a > 2 && !(b > 0)"), true);
  assert.equal(of("max(a, abs(b), 10) - min(1, 2)"), 9);
  assert.equal(of("a > b ? word : 0"), "x");
  assert.equal(of("none + 1"), null);
  assert.equal(of("missing > 1"), null);
  assert.equal(of("a / 0"), null);
  assert.equal(of("a % 2 == 1 || none"), true);
  for (
    const text of [
      "a.constructor",
      "a = 1",
      "[a]",
      "this",
      "fetch(a)",
      "constructor(a)",
      "a; b",
      "`x`",
      "",
    ]
  ) {
    assert.ok(!(Expression.read(text, names) instanceof Expression), text);
  }
});

Deno.test("bundles hold every set once, in order, about as many each", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 20 }),
      (sets, most) => {
        const bundles = Math.min(sets, most);
        let next = 0;
        for (let b = 0; b < bundles; b++) {
          const { from, to } = setsOf(b, bundles, sets);
          assert.equal(from, next);
          assert.ok(to > from && to - from <= Math.ceil(sets / bundles));
          next = to;
        }
        assert.equal(next, sets);
      },
    ),
  );
});
