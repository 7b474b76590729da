import { defined, type Values } from "./values.ts";

/** A span of time, ns: `[from, to)`. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * The share of trading time in which any position was held, 0 to 1. Null when
 * there is no trading time.
 *
 * @param held spans in which a position was held, in order, that do not overlap
 * @param trading spans of trading time, in order, that do not overlap
 */
export function timeInMarket(
  held: readonly TimeSpan[],
  trading: readonly TimeSpan[],
): number | null {
  let all = 0;
  for (const { from, to } of trading) all += to - from;
  let both = 0;
  let first = 0;
  for (const { from, to } of held) {
    while (first < trading.length && trading[first].to <= from) first++;
    for (let i = first; i < trading.length && trading[i].from < to; i++) {
      both += Math.min(to, trading[i].to) - Math.max(from, trading[i].from);
    }
  }
  return defined(both / all);
}

/**
 * Spans in which any of several positions was open.
 *
 * @param fills in order; `instrument` by index, `side` +1 or −1
 * @param end when the last open position ends
 */
export function heldSpans(
  { time, instrument, side, quantity }: {
    readonly time: Values;
    readonly instrument: Values;
    readonly side: Values;
    readonly quantity: Values;
  },
  end: number,
): TimeSpan[] {
  const spans: TimeSpan[] = [];
  const held: number[] = [];
  let open = 0;
  let since = 0;
  for (let i = 0; i < time.length; i++) {
    const index = instrument[i];
    const before = held[index] ?? 0;
    const sum = before + side[i] * quantity[i];
    // What rounding leaves of a position that was closed is none.
    const after = Math.abs(sum) < 1e-9 * quantity[i] ? 0 : sum;
    held[index] = after;
    if (before === 0 && after !== 0 && open++ === 0) since = time[i];
    if (before !== 0 && after === 0 && --open === 0) {
      spans.push({ from: since, to: time[i] });
    }
  }
  if (open > 0 && end > since) spans.push({ from: since, to: end });
  return spans;
}
