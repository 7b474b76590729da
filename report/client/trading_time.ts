/** Seconds of a step between marks of an axis. */
const STEPS = [
  1e-6,
  1e-5,
  1e-4,
  1e-3,
  2e-3,
  5e-3,
  0.01,
  0.02,
  0.05,
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1800,
  3600,
  7200,
  14400,
  21600,
  43200,
];

/**
 * A clock that stands still between sessions, so that charts have no gaps over
 * nights and weekends: times in microseconds since the origin to seconds of
 * trading since the first open, and back.
 */
export class TradingTime {
  readonly #origin: number;
  readonly #opens: Float64Array;
  readonly #closes: Float64Array;
  /** Trading seconds at each open. */
  readonly #starts: Float64Array;

  constructor(
    origin: number,
    sessions: readonly (readonly [number, number])[],
  ) {
    this.#origin = origin;
    this.#opens = Float64Array.from(sessions, ([open]) => open);
    this.#closes = Float64Array.from(sessions, ([, close]) => close);
    this.#starts = new Float64Array(sessions.length);
    for (let i = 1; i < sessions.length; i++) {
      const [open, close] = sessions[i - 1];
      this.#starts[i] = this.#starts[i - 1] + (close - open) / 1e6;
    }
  }

  /** All trading seconds. */
  get length(): number {
    const last = this.#opens.length - 1;
    if (last < 0) return 1;
    return this.#starts[last] + (this.#closes[last] - this.#opens[last]) / 1e6;
  }

  /** Trading seconds of a time; one between sessions is the close before it. */
  at(time: number): number {
    const i = indexBefore(this.#opens, time);
    if (i < 0) return 0;
    return this.#starts[i] + (Math.min(time, this.#closes[i]) -
          this.#opens[i]) / 1e6;
  }

  /** The same of times in order. */
  all(times: Float64Array): Float64Array {
    const result = new Float64Array(times.length);
    let i = 0;
    for (let row = 0; row < times.length; row++) {
      const time = times[row];
      while (i + 1 < this.#opens.length && this.#opens[i + 1] <= time) i++;
      const inside = Math.min(time, this.#closes[i]) - this.#opens[i];
      result[row] = this.#starts[i] + Math.max(0, inside) / 1e6;
    }
    return result;
  }

  /** Epoch microseconds of trading seconds. */
  epoch(at: number): number {
    const i = Math.max(0, indexBefore(this.#starts, at));
    return this.#origin + this.#opens[i] + (at - this.#starts[i]) * 1e6;
  }

  /**
   * Where an axis has its marks, and what they say.
   *
   * @param most marks at most
   */
  marks(
    from: number,
    to: number,
    most: number,
  ): { at: number[]; texts: string[] } {
    const starts = [...this.#starts].filter((at) => at >= from && at < to);
    const step = STEPS.find((step) => (to - from) / step <= most);
    if (step === undefined || (starts.length >= most && starts.length > 1)) {
      const every = niceCount(Math.ceil(starts.length / most));
      const at = starts.filter((_, i) => i % every === 0);
      return { at, texts: at.map((x) => dayText(this.epoch(x))) };
    }
    const at: number[] = [];
    const texts: string[] = [];
    const first = Math.max(0, indexBefore(this.#starts, from));
    for (let i = first; i < this.#starts.length; i++) {
      const start = this.#starts[i];
      if (start >= to) break;
      const open = this.#origin / 1e6 + this.#opens[i] / 1e6;
      const close = this.#origin / 1e6 + this.#closes[i] / 1e6;
      // Multiples of the step on the clock; an open says its date.
      if (start >= from) put(start, dayText(open * 1e6), true);
      let n = Math.ceil((open + Math.max(0, from - start)) / step);
      for (; n * step < close; n++) {
        const x = start + n * step - open;
        if (x > to) break;
        if (x > start) put(x, clockText(n * step, step), false);
      }
    }
    return { at, texts };

    function put(x: number, text: string, open: boolean): void {
      const gap = (to - from) / most * 0.6;
      const last = at.length - 1;
      if (last >= 0 && x - at[last] < gap) {
        if (!open) return;
        at.pop();
        texts.pop();
      }
      at.push(x);
      texts.push(text);
    }
  }
}

/** Last index whose value is not above `at`; −1 if there is none. */
function indexBefore(values: Float64Array, at: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function niceCount(least: number): number {
  for (let unit = 1;; unit *= 10) {
    for (const factor of [1, 2, 5]) {
      if (factor * unit >= least) return factor * unit;
    }
  }
}

function dayText(us: number): string {
  return new Date(us / 1e3).toISOString().slice(0, 10);
}

function clockText(seconds: number, step: number): string {
  const text = new Date(Math.round(seconds * 1e3)).toISOString();
  if (step >= 60) return text.slice(11, 16);
  if (step >= 1) return text.slice(11, 19);
  if (step >= 1e-3) return text.slice(17, 23);
  const micro = Math.round(seconds * 1e6) % 6e7;
  return (micro / 1e6).toFixed(6);
}
