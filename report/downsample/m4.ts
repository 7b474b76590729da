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
    let i = from;
    while (i < to) {
      if (!(time[i] < this.#end())) this.#open(time[i], value[i]);
      const at = 8 * (this.#buckets - 1);
      const end = this.#end();
      let low = kept[at + 3];
      let high = kept[at + 5];
      let lowest = -1;
      let highest = -1;
      for (; i < to && time[i] < end; i++) {
        const v = value[i];
        if (v < low) {
          low = v;
          lowest = i;
        } else if (v > high) {
          high = v;
          highest = i;
        }
      }
      if (lowest >= 0) {
        kept[at + 2] = time[lowest];
        kept[at + 3] = low;
      }
      if (highest >= 0) {
        kept[at + 4] = time[highest];
        kept[at + 5] = high;
      }
      kept[at + 6] = time[i - 1];
      kept[at + 7] = value[i - 1];
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
      // It belongs to the last bucket after all.
      if (this.#keys[this.#buckets - 1] === key) return;
    }
    this.#keys[this.#buckets] = key;
    const at = 8 * this.#buckets++;
    for (let i = 0; i < 8; i += 2) {
      this.#kept[at + i] = t;
      this.#kept[at + i + 1] = v;
    }
  }

  #double(): void {
    this.#width *= 2;
    let n = 0;
    for (let i = 0; i < this.#buckets; i++) {
      const key = Math.floor(this.#keys[i] / 2);
      if (n > 0 && this.#keys[n - 1] === key) {
        this.#merge(8 * (n - 1), 8 * i);
      } else {
        this.#keys[n] = key;
        for (let k = 0; k < 8; k += 2) this.#copy(8 * n + k, 8 * i + k);
        n++;
      }
    }
    this.#buckets = n;
  }

  /** Takes what lies at `from` into what lies at `at`, which is the earlier. */
  #merge(at: number, from: number): void {
    const kept = this.#kept;
    if (kept[from + 3] < kept[at + 3]) this.#copy(at + 2, from + 2);
    if (kept[from + 5] > kept[at + 5]) this.#copy(at + 4, from + 4);
    this.#copy(at + 6, from + 6);
  }

  #copy(to: number, from: number): void {
    this.#kept[to] = this.#kept[from];
    this.#kept[to + 1] = this.#kept[from + 1];
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
