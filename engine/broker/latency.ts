import { randomAt } from "../strategy/random.ts";

/** How long something takes, nanoseconds. */
export type Delay =
  | { readonly kind: "constant"; readonly ns: number }
  /** Uniform in `[from, to)`, drawn for each order from the run's seed. */
  | { readonly kind: "uniform"; readonly from: number; readonly to: number }
  /** Read from a column of the instrument's ticks, in ns, at the time of sending. */
  | { readonly kind: "column"; readonly column: string };

/** Delays between the strategy and the market. */
export interface LatencySpec {
  /** From an order (or a change of one) being sent until the market has it. */
  readonly entry: Delay;
  /** From a cancel being sent until the market has it. */
  readonly cancel: Delay;
  /** From a fill, or any news of an order, until the strategy hears of it. */
  readonly notice: Delay;
}

export const NO_LATENCY: LatencySpec = {
  entry: { kind: "constant", ns: 0 },
  cancel: { kind: "constant", ns: 0 },
  notice: { kind: "constant", ns: 0 },
};

/** Which delay is drawn: keeps the three apart for one order. */
export const Purpose = {
  Entry: 0,
  Cancel: 1,
  Notice: 2,
} as const;

/**
 * A delay in ns, at least 0: a function of its arguments alone, so the same on
 * any worker.
 *
 * @param id the order's
 * @param read the value now of a column of the instrument's ticks
 */
export function delayOf(
  delay: Delay,
  purpose: number,
  id: number,
  seed: number,
  read: (column: string) => number,
): number {
  switch (delay.kind) {
    case "constant":
      return delay.ns;
    case "uniform": {
      const u = randomAt(seed ^ 0x1a7e9c3, id, purpose);
      return Math.floor(delay.from + u * (delay.to - delay.from));
    }
    case "column": {
      const ns = read(delay.column);
      return ns > 0 ? ns : 0;
    }
  }
}

/** Whether something is never late. */
export function isInstant(delay: Delay): boolean {
  return delay.kind === "constant" && delay.ns === 0;
}
