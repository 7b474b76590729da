import { BATCH_ROWS } from "../table.ts";
import { Ends } from "./ends.ts";
import { AFTER_TICK_NS, type BarRule, type BarSession } from "./rule.ts";

/** Columns of one batch, in row order. */
export interface CutBatch {
  /** Nanoseconds since `origin`. */
  readonly time: Float64Array;
  readonly origin: bigint;
  readonly price: Float64Array;
  readonly size: Float64Array;
  /** Aggressor, 1 or −1; null: told from the price. */
  readonly side: Float64Array | null;
  readonly rows: number;
}

export interface CutterOptions {
  readonly rule: BarRule;
  /** In order. Ticks outside belong to no bar. Absent: one session without end. */
  readonly sessions: readonly BarSession[] | undefined;
  /** Time bars: also those without ticks, between the first bar and the last. */
  readonly carry: boolean;
}

const FOREVER: BarSession = { open: -(2n ** 63n), close: 2n ** 63n };

/**
 * Says which bar each tick belongs to, a batch at a time, and when each bar is
 * known. A tick belongs to one bar whole. Every session begins anew.
 */
export class Cutter {
  /** The bar of each row of the last batch, counted from 0; −1: of none. */
  readonly bar = new Int32Array(BATCH_ROWS);
  /** When each bar since the last {@link take} is known. */
  readonly #ends = new Ends();
  readonly #rule: BarRule;
  readonly #sessions: readonly BarSession[];
  readonly #carry: boolean;
  #at = 0;
  /** Bars begun. */
  #begun = 0;
  #open = false;
  /** End of the newest time bar. */
  #end = 0n;
  /** Session of the newest time bar. */
  #newest = 0;
  #sum = 0;
  #sign = 0;
  #price = NaN;

  constructor({ rule, sessions, carry }: CutterOptions) {
    this.#rule = rule;
    this.#sessions = sessions ?? [FOREVER];
    this.#carry = carry;
  }

  /** Bars that no later tick can change. */
  get completed(): number {
    return this.#open ? this.#begun - 1 : this.#begun;
  }

  /** Bars begun. */
  get begun(): number {
    return this.#begun;
  }

  /** Takes the times of the next `count` bars. */
  take(count: number): BigInt64Array<ArrayBuffer> {
    return this.#ends.take(count);
  }

  cut(batch: CutBatch): void {
    if (this.#rule.by === "time") this.#cutTime(batch, this.#rule.ns);
    else this.#cutTicks(batch);
    this.#ends.settle(batch.origin);
  }

  /**
   * No tick follows. A bar of time, or one that a session's close ends, is
   * complete; one that waits for further ticks is none.
   */
  finish(): void {
    if (!this.#open) return;
    if (this.#rule.by !== "time") {
      if (this.#session === FOREVER) this.#begun--;
      else this.#ends.push(this.#session!.close);
    }
    this.#open = false;
  }

  get #session(): BarSession | undefined {
    return this.#sessions[this.#at];
  }

  #cutTime({ time, origin, price, rows }: CutBatch, ns: number): void {
    const { bar } = this;
    /** From the start of the interval that holds the origin. */
    const phase = Number(modulo(origin, BigInt(ns)));
    let [open, close] = this.#edges(origin);
    let until = this.#open ? Number(this.#end - origin) : -Infinity;
    for (let i = 0; i < rows; i++) {
      const t = time[i];
      if (price[i] !== price[i]) {
        bar[i] = -1;
        continue;
      }
      if (t >= until) {
        while (t >= close) {
          this.#at++;
          [open, close] = this.#edges(origin);
        }
        if (t < open) {
          bar[i] = -1;
          continue;
        }
        const start = Math.floor((t + phase) / ns) * ns - phase;
        if (this.#carry && this.#begun > 0) {
          if (until > -Infinity) this.#end = origin + BigInt(until);
          this.#fill(origin + BigInt(start), BigInt(ns), origin);
        }
        until = Math.min(start + ns, close);
        this.#ends.note(until);
        this.#newest = this.#at;
        this.#begun++;
        this.#open = true;
      }
      bar[i] = this.#begun - 1;
    }
    if (until > -Infinity) this.#end = origin + BigInt(until);
  }

  /** Bars without ticks from the newest end up to `start`, in trading time. */
  #fill(start: bigint, length: bigint, origin: bigint): void {
    // A gap may be longer than a float of nanoseconds can tell.
    this.#ends.settle(origin);
    for (let at = this.#newest; at <= this.#at; at++) {
      const { open, close } = this.#sessions[at];
      // An interval that a session's end cuts may hold the next one's first tick.
      const until = at < this.#at ? close : start;
      let from = this.#end > open ? this.#end : open;
      for (from -= modulo(from, length); from < until; from += length) {
        const end = from + length < close ? from + length : close;
        if (end <= this.#end || from >= close) continue;
        this.#ends.push(end);
        this.#end = end;
        this.#begun++;
      }
    }
  }

  #cutTicks(batch: CutBatch): void {
    const { bar } = this;
    const { time, origin, price, rows } = batch;
    const amount = amountOf(this.#rule);
    let [open, close] = this.#edges(origin);
    for (let i = 0; i < rows; i++) {
      const t = time[i];
      bar[i] = -1;
      if (price[i] !== price[i]) continue;
      if (t >= close) {
        if (this.#open) this.#ends.note(close);
        this.#open = false;
        do {
          this.#at++;
          [open, close] = this.#edges(origin);
        } while (t >= close);
        this.#sign = 0;
        this.#price = NaN;
      }
      if (t < open) continue;
      if (!this.#open) {
        this.#begun++;
        this.#open = true;
        this.#sum = 0;
      }
      bar[i] = this.#begun - 1;
      this.#sum += this.#measure(batch, i);
      if (Math.abs(this.#sum) >= amount) {
        this.#ends.note(Math.min(t + AFTER_TICK_NS, close));
        this.#open = false;
      }
    }
  }

  /** What a tick adds to its bar. */
  #measure({ price, size, side }: CutBatch, i: number): number {
    const rule = this.#rule;
    switch (rule.by) {
      case "volume":
        return size[i];
      case "value":
        return price[i] * size[i] * rule.multiplier;
      case "imbalance":
        return this.#signOf(price[i], side === null ? 0 : side[i]) * size[i];
      default:
        return 1;
    }
  }

  /** The aggressor's side; unknown: the way of the last change of price. */
  #signOf(price: number, side: number): number {
    if (price > this.#price) this.#sign = 1;
    else if (price < this.#price) this.#sign = -1;
    this.#price = price;
    return side > 0 ? 1 : side < 0 ? -1 : this.#sign;
  }

  #edges(origin: bigint): [number, number] {
    const session = this.#session;
    if (session === undefined) return [Infinity, Infinity];
    return [Number(session.open - origin), Number(session.close - origin)];
  }
}

function amountOf(rule: BarRule): number {
  switch (rule.by) {
    case "volume":
      return rule.volume;
    case "value":
      return rule.value;
    case "imbalance":
      return rule.imbalance;
    case "ticks":
      return rule.ticks;
    default:
      return rule.ns;
  }
}

function modulo(a: bigint, b: bigint): bigint {
  return (a % b + b) % b;
}
