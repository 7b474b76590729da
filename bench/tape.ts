import {
  instrumentOf,
  type RunnerOptions,
  simulationOf,
} from "../engine/host.ts";
import { esDays } from "../formats/samples/es_days.ts";
import { esSession } from "../formats/samples/es_session.ts";
import { ES_SEED } from "../formats/samples/mod.ts";

/** Trades in memory, times in nanoseconds from the first session's open. */
export interface Tape {
  readonly time: Float64Array;
  readonly price: Float64Array;
  readonly size: Float64Array;
}

/** The sample's sessions end to end, times in nanoseconds from the first. */
export function readTape(): Tape {
  const time: number[] = [];
  const price: number[] = [];
  const size: number[] = [];
  const days = esDays(ES_SEED);
  const origin = days[0].open_s;
  for (const [index, day] of days.entries()) {
    const { bytes } = esSession(ES_SEED, index, day);
    let at = bytes.indexOf(10) + 1;
    const digits = () => {
      let value = 0;
      while (bytes[at] >= 48) value = value * 10 + bytes[at++] - 48;
      at++;
      return value;
    };
    while (at < bytes.length) {
      const seconds = digits() - origin;
      time.push(seconds * 1e9 + digits() * 1000);
      price.push(digits() + digits() / 100);
      size.push(digits());
      at += 2;
    }
  }
  return {
    time: Float64Array.from(time),
    price: Float64Array.from(price),
    size: Float64Array.from(size),
  };
}

/** A tape and itself again, a while later. */
export function twice({ time, price, size }: Tape): Tape {
  const rows = time.length;
  const shift = time[rows - 1] + 3600e9;
  const both = (column: Float64Array, by = 0) => {
    const all = new Float64Array(2 * rows);
    all.set(column);
    for (let i = 0; i < rows; i++) all[rows + i] = column[i] + by;
    return all;
  };
  return { time: both(time, shift), price: both(price), size: both(size) };
}

/** A run of one strategy over some of the tape's columns, without sessions. */
export function runOf(
  columns: readonly (keyof Tape)[],
): Omit<RunnerOptions, "strategy"> {
  return {
    feeds: [{ stage: "ticks", kind: "trades", instrument: 0, columns }],
    instruments: [
      instrumentOf({
        symbol: "ES",
        tickSize: 0.25,
        multiplier: 50,
        commission: [{ perContract: 2.05 }],
      }),
    ],
    origin: 0n,
    seed: 7,
    simulation: simulationOf({}),
    account: {
      capital: 1e6,
      currency: "USD",
      rates: [{ kind: "fixed", rate: 1 }],
      marginCall: "none",
      tracked: false,
    },
    timers: {
      equityEvery: 60e9,
      opens: new Float64Array(0),
      closes: new Float64Array(0),
      flatBefore: null,
    },
  };
}
