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
