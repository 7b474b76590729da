import assert from "node:assert/strict";
import {
  compileStrategy,
  type FeedKind,
  type FeedSpec,
  type Instrument,
  isStrategy,
  Runner,
  type SliceRecord,
} from "../../engine/host.ts";

export const SECOND = 1e9;
export const MINUTE = 60e9;

export const ES: Instrument = {
  symbol: "ES",
  tickSize: 0.25,
  multiplier: 50,
  commissionPerContract: 2,
};

export const NQ: Instrument = {
  symbol: "NQ",
  tickSize: 0.25,
  multiplier: 20,
  commissionPerContract: 1,
};

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
  readonly seed?: number;
  readonly equityEvery?: number;
  /** `[open, close]` of each session, ns since the origin. */
  readonly sessions?: readonly (readonly [number, number])[];
  readonly flatBefore?: number | null;
}

/** A runner for these tapes. */
export function runnerOf(setup: Setup): Runner {
  const { strategy } = setup;
  assert.ok(isStrategy(strategy));
  const { compiled, issues } = compileStrategy(strategy, setup.params ?? {});
  assert.deepEqual(issues, []);
  assert.ok(compiled);
  const sessions = setup.sessions ?? [];
  return new Runner({
    strategy: compiled,
    feeds: setup.tapes.map(feedOf),
    instruments: setup.instruments ?? [ES],
    origin: 1_700_000_000_000_000_000n,
    seed: setup.seed ?? 7,
    slippageTicks: setup.slippageTicks ?? 0,
    timers: {
      equityEvery: setup.equityEvery ?? MINUTE,
      opens: Float64Array.from(sessions, ([open]) => open),
      closes: Float64Array.from(sessions, ([, close]) => close),
      flatBefore: setup.flatBefore ?? null,
    },
  });
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
  runner: Runner,
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
