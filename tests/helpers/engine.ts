import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Broker,
  type Columns,
  ema,
  param,
  sma,
  strategy,
} from "../../engine/mod.ts";
import {
  type AccountSpec,
  type CompiledStrategy,
  compileStrategy,
  type Delay,
  type FeedKind,
  type FeedSpec,
  type FillSpec,
  type Instrument,
  instrumentOf,
  isStrategy,
  type LatencySpec,
  Runner,
  type RunnerOptions,
  simulationOf,
  type SimulationSpec,
  type SliceRecord,
  SweepRunner,
} from "../../engine/host.ts";

export const SECOND = 1e9;
export const MINUTE = 60e9;

export const ES: Instrument = instrumentOf({
  symbol: "ES",
  tickSize: 0.25,
  multiplier: 50,
  commission: [{ perContract: 2 }],
});

export const NQ: Instrument = instrumentOf({
  symbol: "NQ",
  tickSize: 0.25,
  multiplier: 20,
  commission: [{ perContract: 1 }],
});

/** Rows of one feed: `time` in ns since the origin, columns by name. */
export interface Tape {
  readonly stage?: string;
  readonly kind: FeedKind;
  readonly instrument?: number;
  readonly time: readonly number[] | Float64Array;
  readonly columns: Readonly<Record<string, readonly number[] | Float64Array>>;
}

export interface Setup {
  /** What `strategy()` gave. */
  readonly strategy: object;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly tapes: readonly Tape[];
  readonly instruments?: readonly Instrument[];
  readonly slippageTicks?: number;
  readonly simulation?: Partial<SimulationSpec>;
  readonly account?: Partial<AccountSpec>;
  readonly seed?: number;
  readonly equityEvery?: number;
  /** `[open, close]` of each session, ns since the origin. */
  readonly sessions?: readonly (readonly [number, number])[];
  readonly flatBefore?: number | null;
}

/** A runner for these tapes. */
export function runnerOf(setup: Setup): Runner {
  return new Runner({
    ...optionsOf(setup),
    strategy: compiledOf(setup, setup.params ?? {}),
  });
}

/** A runner of all sets of parameters at once. */
export function sweepRunnerOf(
  setup: Setup,
  sets: readonly Readonly<Record<string, unknown>>[],
): SweepRunner {
  const first = compiledOf(setup, sets[0]);
  const others = sets.slice(1).map((set) => compiledOf(setup, set, first));
  const strategies = [first, ...others];
  return new SweepRunner({ ...optionsOf(setup), strategies });
}

function compiledOf(
  { strategy }: Setup,
  params: Readonly<Record<string, unknown>>,
  beside?: CompiledStrategy,
): CompiledStrategy {
  assert.ok(isStrategy(strategy));
  const { compiled, issues } = compileStrategy(strategy, params, beside);
  assert.deepEqual(issues, []);
  assert.ok(compiled);
  return compiled;
}

function optionsOf(setup: Setup): Omit<RunnerOptions, "strategy"> {
  const sessions = setup.sessions ?? [];
  const instruments = setup.instruments ?? [ES];
  return {
    feeds: setup.tapes.map(feedOf),
    instruments,
    origin: 1_700_000_000_000_000_000n,
    seed: setup.seed ?? 7,
    simulation: simulationOf({
      slippage: {
        ticks: setup.slippageTicks ?? 0,
        ticksPerContract: 0,
        rate: 0,
      },
      ...setup.simulation,
    }),
    account: {
      capital: 100_000,
      currency: "USD",
      rates: instruments.map(() => ({ kind: "fixed", rate: 1 })),
      marginCall: "none",
      tracked: false,
      ...setup.account,
    },
    timers: {
      equityEvery: setup.equityEvery ?? MINUTE,
      opens: Float64Array.from(sessions, ([open]) => open),
      closes: Float64Array.from(sessions, ([, close]) => close),
      flatBefore: setup.flatBefore ?? null,
    },
  };
}

function feedOf(tape: Tape, index: number): FeedSpec {
  return {
    stage: tape.stage ?? `feed${index}`,
    kind: tape.kind,
    instrument: tape.instrument ?? 0,
    columns: Object.keys(tape.columns),
  };
}

export interface PlayOptions {
  /** Rows `[from, to)` of each tape, in order; all rows when absent. */
  readonly ranges?: readonly (readonly { from: number; to: number }[])[];
  /** Rows of the next batch; all at once when absent. */
  readonly cut?: () => number;
}

/**
 * Runs one phase as a worker does. Batches lie in buffers that are overwritten
 * with garbage once the next one is asked for, as slots are.
 */
export function play(
  runner: Pick<Runner, "advance" | "supply">,
  tapes: readonly Tape[],
  { ranges, cut = () => Infinity }: PlayOptions = {},
): void {
  const left = tapes.map(({ time }, f) =>
    (ranges?.[f] ?? [{ from: 0, to: time.length }]).map((range) => ({
      ...range,
    }))
  );
  const held: Float64Array[][] = tapes.map(() => []);
  for (;;) {
    const f = runner.advance();
    if (f < 0) return;
    for (const buffer of held[f]) buffer.fill(1e300);
    while (left[f][0]?.from === left[f][0]?.to && left[f].length > 0) {
      left[f].shift();
    }
    const range = left[f][0];
    if (range === undefined) {
      runner.supply(f, null);
      continue;
    }
    const rows = Math.min(Math.max(1, cut()), range.to - range.from);
    const to = range.from + rows;
    // The batch begins inside its buffer, as rows of a slice do in a slot.
    const lead = Math.min(range.from, range.from % 5);
    const slotted = (values: readonly number[] | Float64Array) => {
      const buffer = new Float64Array(lead + rows + 3).fill(-1e300);
      for (let i = 0; i < rows; i++) buffer[lead + i] = values[range.from + i];
      return buffer;
    };
    const time = slotted(tapes[f].time);
    const columns = Object.values(tapes[f].columns).map(slotted);
    held[f] = [time, ...columns];
    runner.supply(f, {
      time,
      columns,
      from: lead,
      to: lead + rows,
      ordinal: range.from - lead,
    });
    range.from = to;
  }
}

/** Runs all rows from the beginning, recorded. */
export function runAll(
  setup: Setup,
  options: PlayOptions = {},
): { record: SliceRecord; end: Float64Array; runner: Runner } {
  const runner = runnerOf(setup);
  runner.record(true);
  play(runner, setup.tapes, options);
  runner.sampleNow();
  return { record: runner.take(), end: runner.snapshot(), runner };
}

/** Bytes, so that NaN equals NaN and 0 is not -0. */
export function bytes(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

export function sameBytes(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  const left = bytes(a);
  const right = bytes(b);
  return left.every((byte, i) => byte === right[i]);
}

/** All of a record that must not depend on how a run was cut, column by column. */
export function assertSameRecord(a: SliceRecord, b: SliceRecord): void {
  assert.deepEqual(a.orders, b.orders);
  assert.equal(a.ticks, b.ticks);
  assert.equal(a.working, b.working);
  assert.deepEqual(a.fills, b.fills);
  assert.deepEqual(a.ended, b.ended);
  assert.deepEqual(a.open, b.open);
  assert.deepEqual(a.marks, b.marks);
  assert.deepEqual(a.closes, b.closes);
  assert.deepEqual(a.equity, b.equity);
  assert.equal(a.cash, b.cash);
  assert.equal(a.commission, b.commission);
}

/** A generator of its own, so that tapes do not depend on the code under test. */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
  };
}

/** A walk of trades on the grid, at uneven times with ties. */
export function walk(
  rows: number,
  seed: number,
  { tick = 0.25, start = 5000, pause = 2 * SECOND, from = 0 } = {},
): Tape {
  const random = randomOf(seed);
  const time = new Float64Array(rows);
  const price = new Float64Array(rows);
  let at = from;
  let value = start;
  for (let i = 0; i < rows; i++) {
    if (random() < 0.8) at += Math.floor(random() * pause);
    value += Math.round((random() - 0.5) * 6) * tick;
    time[i] = at;
    price[i] = value;
  }
  return { kind: "trades", time, columns: { price } };
}

/** A smooth walk that is on no grid, so that sums round. */
export function noise(rows: number, seed: number): Float64Array {
  const random = randomOf(seed);
  let value = 100;
  return Float64Array.from({ length: rows }, () => {
    value *= 1 + (random() - 0.5) * 1e-3;
    return value;
  });
}

/** A small strategy by choice of its parts; see {@link strategyOf}. */
export interface Recipe {
  readonly fast: number;
  readonly slow: number;
  readonly average: "sma" | "ema";
  /** How often a coin decides instead of the averages, 0 to 1. */
  readonly chance: number;
  /** Ticks to wait after a decision. */
  readonly hold: number;
  /** What the size depends on. */
  readonly size: "one" | "profit" | "ring" | "path" | "equity";
  readonly by: "target" | "orders" | "limits" | "brackets" | "trails";
  readonly fills: FillSpec;
  readonly latency: "none" | "constant" | "jitter";
  readonly positions: "average" | "fifo";
  readonly onFill: "nothing" | "chase" | "cancel";
  /** What stands beside the trades of ES. */
  readonly beside: "nothing" | "bars of ES" | "quotes of NQ" | "bars of NQ";
  readonly flatBefore: number | null;
  readonly slippageTicks: number;
}

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  fast: fc.integer({ min: 1, max: 12 }),
  slow: fc.integer({ min: 2, max: 90 }),
  average: fc.constantFrom("sma", "ema"),
  chance: fc.constantFrom(0, 0.02, 0.5),
  hold: fc.constantFrom(0, 1, 30),
  size: fc.constantFrom("one", "profit", "ring", "path", "equity"),
  by: fc.constantFrom("target", "orders", "limits", "brackets", "trails"),
  fills: fc.constantFrom<FillSpec>(
    { model: "touch" },
    { model: "through" },
    { model: "next_tick" },
    { model: "one_tick" },
    { model: "volume_share", share: 0.2 },
    { model: "probability", limit: 0.4, slip: 0.5 },
    { model: "queue", cancels: "risk_averse", exponent: 1 },
    { model: "queue", cancels: "power", exponent: 2 },
    { model: "queue", cancels: "log", exponent: 1 },
  ),
  latency: fc.constantFrom("none", "constant", "jitter"),
  positions: fc.constantFrom("average", "fifo"),
  onFill: fc.constantFrom("nothing", "chase", "cancel"),
  beside: fc.constantFrom(
    "nothing",
    "bars of ES",
    "quotes of NQ",
    "bars of NQ",
  ),
  flatBefore: fc.constantFrom(null, 0, 5 * MINUTE),
  slippageTicks: fc.constantFrom(0, 1),
});

/** What a run of a recipe needs; `log` receives what the strategy saw and did. */
export function setupOf(
  recipe: Recipe,
  tapes: readonly Tape[],
  log: number[] = [],
): Setup {
  const end = Math.max(...tapes.map(({ time }) => time.at(-1) ?? 0));
  const sessions: [number, number][] = [];
  for (let open = 0; open <= end; open += 45 * MINUTE) {
    sessions.push([open, open + (sessions.length % 2 ? 45 : 40) * MINUTE]);
  }
  return {
    strategy: strategyOf(recipe, log),
    tapes,
    instruments: [ES, NQ].slice(0, recipe.beside.endsWith("NQ") ? 2 : 1),
    simulation: {
      fills: recipe.fills,
      latency: latencyOf(recipe.latency),
      positions: recipe.positions,
      slippage: {
        ticks: recipe.slippageTicks,
        ticksPerContract: 0,
        rate: 0,
      },
    },
    account: { tracked: recipe.size === "equity" },
    flatBefore: recipe.flatBefore,
    sessions,
  };
}

function latencyOf(latency: Recipe["latency"]): LatencySpec {
  const delay = (from: number, to: number): Delay =>
    latency === "jitter"
      ? { kind: "uniform", from, to }
      : { kind: "constant", ns: latency === "none" ? 0 : to };
  return {
    entry: delay(SECOND, 30 * SECOND),
    cancel: delay(0, 10 * SECOND),
    notice: delay(2 * SECOND, 25 * SECOND),
  };
}

function strategyOf(recipe: Recipe, log: number[]): object {
  const average = recipe.average === "sma" ? sma : ema;
  const besides = recipe.beside !== "nothing";
  const bars = recipe.beside.startsWith("bars");
  return strategy({
    inputs: {
      es: "ticks",
      ...(besides ? { beside: bars ? "bars" : "ticks" } as const : {}),
    },
    params: {
      fast: param.int({ default: recipe.fast, min: 1 }),
      slow: param.int({ default: recipe.slow, min: 1 }),
    },
    indicators: (inputs: Readonly<Record<string, Columns>>, params) => ({
      price: inputs.es.price,
      fast: average(inputs.es.price, params.fast),
      slow: average(inputs.es.price, params.slow),
      ...(besides
        ? { beside: sma(inputs.beside[bars ? "close" : "ask"], 5) }
        : {}),
    }),
    state: { waited: 0, armed: false, won: 0, at: 0, ring: [1, 2, 3, 4, 5] },
    onTick(series, broker, state, context) {
      const { price, fast, slow } = series;
      // Only who trades by it counts ticks: a count is never forgotten.
      if (recipe.size === "ring") {
        state.at = (state.at + 1) % state.ring.length;
        // Another input may tick before this one has.
        if (price.ready) state.ring[state.at] = price.value;
        state.armed = !state.armed;
      }
      log.push(price.value, slow.value, slow.ago(7), broker.position);
      if (!fast.ready || !slow.ready || state.waited-- > 0) return;
      let goal = Math.sign(fast.value - slow.value);
      if (context.random() < recipe.chance) {
        goal = Math.floor(context.random() * 5) - 2;
      }
      if (recipe.size === "profit" && broker.openProfit > 0) goal *= 2;
      if (recipe.size === "ring") {
        goal *= 1 + Math.abs(Math.round(4 * (state.ring[0] - price.value))) % 3;
      }
      if (recipe.size === "path") goal *= 1 + Math.abs(state.won) % 3;
      state.waited = recipe.hold;
      if (recipe.size === "equity") {
        goal *= 1 + Math.abs(Math.round(broker.account.equity)) % 3;
      }
      const change = goal - broker.goal;
      if (recipe.by === "limits" && price.ready) {
        workLimits(broker, price.value, goal, context.random());
      } else if (recipe.by === "brackets" && price.ready) {
        const side = Math.sign(goal) || 1;
        if (broker.working < 8) {
          broker[side > 0 ? "buy" : "sell"](1 + Math.abs(goal), {
            limit: price.value - side * 0.5,
            takeProfit: price.value + side * 1.5,
            stopLoss: price.value - side * 1.5,
            tif: goal === 0 ? "day" : "gtc",
          });
        }
      } else if (recipe.by === "trails") {
        if (change !== 0 && broker.position === 0) broker.target(goal);
        else if (broker.position !== 0 && broker.working < 3) {
          const verb = broker.position > 0 ? "sell" : "buy";
          broker[verb](1, { trail: 1.25, reduceOnly: true });
        }
      } else if (recipe.by === "target") broker.target(goal);
      else if (change > 0) broker.buy(change);
      else if (change < 0) broker.sell(-change);
      log.push(goal, broker.goal, broker.openProfit, Number(state.armed));
    },
    onBar({ beside, slow }, broker, _state, { time }) {
      const value = beside?.value ?? NaN;
      log.push(time, value, slow.value);
      if (!(value > 0)) return;
      const own = broker.of(recipe.beside.slice(-2));
      own.target(Math.floor(time / MINUTE) % 3 - 1);
    },
    onOrder({ order, news, reason, remaining }) {
      log.push(order, news.length, reason.length, remaining);
    },
    onFill(fill, broker, state, context) {
      if (recipe.size === "path") {
        state.won += fill.side * Math.round(fill.price);
      }
      log.push(fill.order, fill.price, fill.side * fill.quantity);
      if (recipe.onFill === "cancel") broker.cancelAll();
      if (recipe.onFill === "chase" && context.random() < 0.3) broker.buy(1);
    },
  });
}

/** Quotes around a price: new ones, changed ones, ones that are taken back. */
function workLimits(
  broker: Broker,
  price: number,
  goal: number,
  chance: number,
): void {
  const side = goal < 0 || (goal === 0 && chance < 0.5) ? -1 : 1;
  const [first] = broker.orders();
  if (first !== undefined && chance < 0.3) broker.cancel(first.id);
  else if (first !== undefined && first.limit !== null && chance < 0.6) {
    const limit = price - first.side * 0.75;
    broker.modify(first.id, { limit, quantity: 1 + Math.abs(goal) });
  } else if (broker.working < 6) {
    const quantity = 1 + Math.abs(goal);
    const terms = { limit: price - side * 0.5, postOnly: chance > 0.9 };
    if (side > 0) broker.buy(quantity, terms);
    else broker.sell(quantity, { ...terms, tif: chance > 0.8 ? "ioc" : "gtc" });
  }
}

/** Trades of ES and what the recipe wants beside them. */
export function tapesOf(recipe: Recipe, rows: number, seed: number): Tape[] {
  // Some hours for every thousand rows, so that sessions end.
  const pause = 20 * SECOND;
  const trades = quoted(walk(rows, seed, { pause }), recipe, seed);
  const end = trades.time.at(-1) ?? 0;
  const instrument = recipe.beside.endsWith("NQ") ? 1 : 0;
  if (recipe.beside === "nothing") return [trades];
  if (recipe.beside === "quotes of NQ") {
    const { time, columns } = walk(rows >> 1, seed + 1, {
      pause: 2 * pause,
    });
    const ask = Float64Array.from(columns.price, (price) => price + 0.25);
    const quotes = { bid: columns.price, ask };
    return [trades, { kind: "quotes", instrument, time, columns: quotes }];
  }
  const count = Math.max(1, Math.floor(end / MINUTE));
  const time = Float64Array.from({ length: count }, (_, i) => (i + 1) * MINUTE);
  const open = walk(count, seed + 2).columns.price;
  const close = walk(count, seed + 3).columns.price;
  return [trades, { kind: "bars", instrument, time, columns: { open, close } }];
}

/** Adds the quotes that stood before each trade, for models that look at them. */
function quoted(tape: Tape, { fills }: Recipe, seed: number): Tape {
  if (fills.model !== "queue" && fills.model !== "volume_share") return tape;
  const random = randomOf(seed + 9);
  const { price } = tape.columns;
  const side = Float64Array.from(price, () => Math.floor(random() * 3) - 1);
  const size = () =>
    Float64Array.from(price, () => 1 + Math.floor(random() * 9));
  const bid = Float64Array.from(price, (p, i) => side[i] > 0 ? p - 0.25 : p);
  const ask = bid.map((b) => b + 0.25);
  return {
    ...tape,
    columns: {
      price,
      size: size(),
      side,
      bid,
      ask,
      bid_size: size(),
      ask_size: size(),
    },
  };
}

/**
 * Rows of each tape in each of the spans between `edges` (ns, ascending): a
 * bar that closes at an edge lies before it.
 */
export function spansOf(
  tapes: readonly Tape[],
  edges: readonly number[],
): { from: number; to: number }[][][] {
  const rows = tapes.map(({ kind, time }) => [
    0,
    ...edges.map((edge) => {
      const row = time.findIndex((t) => kind === "bars" ? t > edge : t >= edge);
      return row < 0 ? time.length : row;
    }),
    time.length,
  ]);
  return [0, ...edges].map((_, span) =>
    rows.map((at) => [{ from: at[span], to: at[span + 1] }])
  );
}
