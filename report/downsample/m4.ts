/** Points of a line, in order of time. */
export interface Points {
  readonly time: Float64Array;
  readonly value: Float64Array;
}

/**
 * M4: of all points of a bucket of time only the first, the last, the lowest
 * and the highest are kept, each at its own time. A line through them looks the
 * same as one through all points wherever a bucket is no wider than a pixel.
 *
 * One pass, whatever the number of points: the width of a bucket begins at
 * `width` and doubles, by merging neighbours, whenever there would be more than
 * `most` buckets that hold points. Merging is exact. Buckets lie at multiples
 * of their width.
 *
 * Source: U. Jugel, Z. Jerzak, G. Hackenbroich, V. Markl, "M4: A
 * Visualization-Oriented Time Series Data Aggregation", PVLDB 7 (10), 2014.
 */
export class M4 {
  readonly #most: number;
  #width: number;
  #buckets = 0;
  #keys: Float64Array;
  /** Time and value of first, lowest, highest and last: eight a bucket. */
  #kept: Float64Array;

  /**
   * @param most buckets to keep, at least 1
   * @param width of a bucket to begin with, in the unit of time
   */
  constructor({ most, width }: { most: number; width: number }) {
    this.#most = most;
    this.#width = width;
    this.#keys = new Float64Array(most + 1);
    this.#kept = new Float64Array(8 * (most + 1));
  }

  /** Width of a bucket now. */
  get width(): number {
    return this.#width;
  }

  /** Takes in points `from` to before `to`; times never go back. */
  add(
    time: Float64Array,
    value: Float64Array,
    from = 0,
    to = time.length,
  ): void {
    const kept = this.#kept;
    let at = 8 * (this.#buckets - 1);
    let end = this.#end();
    let low = at < 0 ? 0 : kept[at + 3];
    let high = at < 0 ? 0 : kept[at + 5];
    for (let i = from; i < to; i++) {
      const t = time[i];
      const v = value[i];
      if (t >= end) {
        this.#open(t, v);
        at = 8 * (this.#buckets - 1);
        end = this.#end();
        low = kept[at + 3];
        high = kept[at + 5];
      }
      if (v < low) {
        low = v;
        kept[at + 2] = t;
        kept[at + 3] = v;
      }
      if (v > high) {
        high = v;
        kept[at + 4] = t;
        kept[at + 5] = v;
      }
      kept[at + 6] = t;
      kept[at + 7] = v;
    }
  }

  /** What was kept so far; a point that is two of the four stands once. */
  points(): Points {
    const time = new Float64Array(4 * this.#buckets);
    const value = new Float64Array(4 * this.#buckets);
    const kept = this.#kept;
    let n = 0;
    const put = (at: number) => {
      if (n > 0 && time[n - 1] === kept[at] && value[n - 1] === kept[at + 1]) {
        return;
      }
      time[n] = kept[at];
      value[n++] = kept[at + 1];
    };
    for (let at = 0; at < 8 * this.#buckets; at += 8) {
      const lowFirst = kept[at + 2] <= kept[at + 4];
      put(at);
      put(at + (lowFirst ? 2 : 4));
      put(at + (lowFirst ? 4 : 2));
      put(at + 6);
    }
    return { time: time.slice(0, n), value: value.slice(0, n) };
  }

  /** Where the last bucket ends; before the first, everything begins a new one. */
  #end(): number {
    return this.#buckets === 0
      ? -Infinity
      : (this.#keys[this.#buckets - 1] + 1) * this.#width;
  }

  #open(t: number, v: number): void {
    let key = Math.floor(t / this.#width);
    while (this.#buckets >= this.#most) {
      this.#double();
      key = Math.floor(t / this.#width);
      if (this.#keys[this.#buckets - 1] === key) return this.#take(t, v);
    }
    this.#keys[this.#buckets] = key;
    const at = 8 * this.#buckets++;
    for (let i = 0; i < 8; i += 2) {
      this.#kept[at + i] = t;
      this.#kept[at + i + 1] = v;
    }
  }

  /** A point that belongs to the last bucket after all. */
  #take(t: number, v: number): void {
    const at = 8 * (this.#buckets - 1);
    const kept = this.#kept;
    if (v < kept[at + 3]) kept.set([t, v], at + 2);
    if (v > kept[at + 5]) kept.set([t, v], at + 4);
    kept.set([t, v], at + 6);
  }

  #double(): void {
    const kept = this.#kept;
    this.#width *= 2;
    let n = 0;
    for (let i = 0; i < this.#buckets; i++) {
      const key = Math.floor(this.#keys[i] / 2);
      const from = 8 * i;
      if (n > 0 && this.#keys[n - 1] === key) {
        const at = 8 * (n - 1);
        if (kept[from + 3] < kept[at + 3]) {
          kept.copyWithin(at + 2, from + 2, from + 4);
        }
        if (kept[from + 5] > kept[at + 5]) {
          kept.copyWithin(at + 4, from + 4, from + 6);
        }
        kept.copyWithin(at + 6, from + 6, from + 8);
      } else {
        this.#keys[n] = key;
        kept.copyWithin(8 * n, from, from + 8);
        n++;
      }
    }
    this.#buckets = n;
  }
}

/** {@link M4} of a whole line. */
export function m4(line: Points, most: number): Points {
  const { time, value } = line;
  if (time.length <= 4 * most) return line;
  const span = time[time.length - 1] - time[0];
  const shape = new M4({
    most,
    width: Math.max(1, Math.floor(span / most / 64)),
  });
  shape.add(time, value);
  return shape.points();
}
