import assert from "node:assert/strict";
import { type Columns, type Series, strategy } from "../../engine/mod.ts";
import { compileStrategy, isStrategy, type Runner } from "../../engine/host.ts";
import {
  noise,
  type PlayOptions,
  randomOf,
  runAll,
  runnerOf,
  type Tape,
} from "./engine.ts";

/** Series by name, made of one input's columns. */
export type Make = (columns: Columns) => Readonly<Record<string, Series>>;

export type ColumnValues = Readonly<Record<string, Float64Array>>;

export interface Market extends Tape {
  readonly time: Float64Array;
  readonly columns: ColumnValues;
}

/** Every column that an input can have, off any grid, with waits between rows. */
export function market(rows: number, seed: number): Market {
  const random = randomOf(seed);
  const price = noise(rows, seed + 1);
  const fill = (of: (i: number) => number) =>
    Float64Array.from({ length: rows }, (_, i) => of(i));
  const whole = (most: number) => Math.floor(random() * most);
  const open = fill((i) => price[i] * (1 + (random() - 0.5) * 1e-3));
  const bid = fill((i) => Math.floor(price[i] * 20) / 20);
  const ask = fill((i) => bid[i] + 0.05 * (1 + whole(2)));
  const high = fill((i) => Math.max(open[i], price[i]) * (1 + random() * 5e-4));
  const low = fill((i) => Math.min(open[i], price[i]) * (1 - random() * 5e-4));
  let at = 0;
  // Ties, and now and then a long wait.
  const time = fill(() => {
    if (random() < 0.7) at += whole(2e9);
    if (random() < 0.001) at += whole(400e9);
    return at;
  });
  const columns = {
    price,
    size: fill(() => 1 + whole(20)),
    side: fill(() => whole(3) - 1),
    bid,
    ask,
    bid_size: fill(() => 1 + whole(50)),
    ask_size: fill(() => 1 + whole(50)),
    open,
    high,
    low,
    close: price,
    volume: fill(() => whole(500)),
  };
  return { kind: "trades", time, columns };
}

/** A strategy that only looks; `see` gets the row's series. */
export function watcher(
  make: Make,
  see: (series: Readonly<Record<string, Series>>, time: number) => void =
    () => {},
): object {
  return strategy({
    indicators: (columns) => ({ ...make(columns) }),
    onTick(series, _broker, _state, { time }) {
      see(series, time);
    },
  });
}

/**
 * Values at every row that is run, by way of the runner: for each series an
 * array as long as the tape, -1 where no row was run.
 */
export function valuesOf(
  make: Make,
  tape: Tape,
  options: PlayOptions = {},
): Record<string, Float64Array> {
  const rows = tape.time.length;
  const order = (options.ranges?.[0] ?? [{ from: 0, to: rows }])
    .flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => from + i)
    );
  const out: Record<string, Float64Array> = {};
  let at = 0;
  const watch = watcher(make, (series) => {
    const row = order[at++];
    for (const name in series) {
      out[name] ??= new Float64Array(rows).fill(-1);
      const { value, ready } = series[name];
      assert.equal(ready, value === value);
      // NaN has many forms, of which a strategy sees no difference.
      out[name][row] = ready ? value : NaN;
    }
  });
  const sessions = hours(tape);
  runAll(
    { strategy: watch, tapes: [tape], equityEvery: 1e18, sessions },
    options,
  );
  assert.equal(at, order.length);
  return out;
}

/** Rows, and before them nanoseconds, that `warmup: auto` runs. */
export interface Reach {
  readonly rows: number;
  readonly ns: number;
}

/** How far back `warmup: auto` goes for these series. */
export function memoryOf(make: Make): Reach {
  const definition = watcher(make);
  assert.ok(isStrategy(definition));
  const { compiled } = compileStrategy(definition, {});
  assert.ok(compiled);
  return { rows: compiled.warmupRows, ns: compiled.warmupTime };
}

/** The row at which a run from `from` on has forgotten where it began. */
export function forgottenAt(
  { time }: Tape,
  from: number,
  { rows, ns }: Reach,
): number {
  let row = from + rows;
  if (ns === 0) return row;
  const warm = time[row];
  while (row < time.length && time[row] < warm + ns) row++;
  return row + rows;
}

/** The row from which a warm-up begins that ends before row `to`. */
export function warmFrom(
  { time }: Tape,
  to: number,
  { rows, ns }: Reach,
): number {
  let row = to - rows;
  if (ns === 0 || row < 0) return row;
  const warm = time[row];
  while (row > 0 && time[row - 1] > warm - ns) row--;
  return row - rows;
}

/** A session an hour, for what begins again at each. */
export const HOUR = 3600e9;

function hours({ time }: Tape): [number, number][] {
  const count = Math.ceil(((time.at(-1) ?? 0) + 1) / HOUR);
  return Array.from({ length: count }, (_, k) => [k * HOUR, (k + 1) * HOUR]);
}

export function watching(
  make: Make,
  tape: Tape,
  see?: Parameters<typeof watcher>[1],
): Runner {
  return runnerOf({
    strategy: watcher(make, see),
    tapes: [tape],
    equityEvery: 1e18,
    sessions: hours(tape),
  });
}

/** `is` equals `should` within `relative`, or `absolute` where that is more. */
export function assertClose(
  name: string,
  is: Float64Array,
  should: Float64Array,
  relative: number,
  absolute = 0,
): void {
  assert.equal(is.length, should.length, name);
  for (let i = 0; i < is.length; i++) {
    if (Number.isNaN(should[i])) {
      assert.ok(Number.isNaN(is[i]), `${name}: row ${i} is ${is[i]}, not NaN`);
      continue;
    }
    const off = Math.abs(is[i] - should[i]);
    const allowed = Math.max(absolute, relative * Math.abs(should[i]));
    if (!(off <= allowed)) {
      assert.fail(`${name}: row ${i} is ${is[i]}, by hand ${should[i]}`);
    }
  }
}
