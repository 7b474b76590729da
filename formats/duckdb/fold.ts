/** Bars that are being made, as columns that grow. */
export class BarFold {
  #open = new Float64Array(1024);
  #high = new Float64Array(1024);
  #low = new Float64Array(1024);
  #close = new Float64Array(1024);
  #volume = new Float64Array(1024);
  /** Sum of price × size. */
  #value = new Float64Array(1024);
  #count = new Float64Array(1024);
  /** Number of the bar in place 0. */
  #base = 0;
  /** Close of the bar before it. */
  #before = NaN;

  /**
   * Adds ticks in row order, which is the order of all sums. `bar` is each
   * tick's bar, or −1; no more than `begun` bars have begun.
   */
  add(
    bar: Int32Array,
    price: Float64Array,
    size: Float64Array,
    rows: number,
    begun: number,
  ): void {
    this.#grow(begun - this.#base);
    const base = this.#base;
    const open = this.#open, high = this.#high, low = this.#low;
    const close = this.#close, count = this.#count;
    const volumes = this.#volume, values = this.#value;
    for (let i = 0; i < rows;) {
      const number = bar[i];
      if (number < 0) {
        i++;
        continue;
      }
      const at = number - base;
      let p = price[i];
      if (count[at] === 0) open[at] = high[at] = low[at] = p;
      let top = high[at], bottom = low[at];
      let volume = volumes[at], value = values[at];
      const from = i;
      do {
        p = price[i];
        if (p > top) top = p;
        if (p < bottom) bottom = p;
        volume += size[i];
        value += p * size[i];
        i++;
      } while (i < rows && bar[i] === number);
      high[at] = top;
      low[at] = bottom;
      close[at] = p;
      volumes[at] = volume;
      values[at] = value;
      count[at] += i - from;
    }
  }

  /** Takes the next `bars` bars, in the order of `BAR_COLUMNS`. One without ticks repeats the close before it. */
  take(bars: number): Float64Array[] {
    const columns = [
      this.#open,
      this.#high,
      this.#low,
      this.#close,
      this.#volume,
      this.#value,
      this.#count,
    ];
    const taken = columns.map((column) => column.slice(0, bars));
    const [open, high, low, close, volume, value, count] = taken;
    for (let i = 0; i < bars; i++) {
      if (count[i] === 0) {
        open[i] =
          high[i] =
          low[i] =
          close[i] =
            this.#before;
      }
      value[i] = volume[i] === 0 ? close[i] : value[i] / volume[i];
      this.#before = close[i];
    }
    for (const column of columns) {
      column.copyWithin(0, bars);
      column.fill(0, column.length - bars);
    }
    this.#base += bars;
    return taken;
  }

  #grow(bars: number): void {
    if (bars <= this.#open.length) return;
    const grown = (column: Float64Array) => {
      const larger = new Float64Array(2 ** Math.ceil(Math.log2(bars)));
      larger.set(column);
      return larger;
    };
    this.#open = grown(this.#open);
    this.#high = grown(this.#high);
    this.#low = grown(this.#low);
    this.#close = grown(this.#close);
    this.#volume = grown(this.#volume);
    this.#value = grown(this.#value);
    this.#count = grown(this.#count);
  }
}
