import { type TradeStats, tradeStats } from "../../engine/metrics/mod.ts";
import type { MetricOptions } from "./metrics.ts";
import type { TradeColumns } from "./trades.ts";

/** Round trips that have something in common, by what it is. */
export type TradeGroups = Readonly<Record<string, TradeStats>>;

const HOUR = 3_600_000_000_000n;
const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

/** Groups without a trade are left out, but for long and short. */
export function tradeGroups(
  trades: TradeColumns,
  { instruments, origin }: Pick<MetricOptions, "instruments" | "origin">,
) {
  // 1970-01-01 was a Thursday.
  const since = Number(origin / HOUR) + 3 * 24;
  const rest = Number(origin % HOUR);
  const hour = trades.entry_time.map((ns) =>
    since + Math.floor((ns + rest) / Number(HOUR))
  );
  const named = (keys: Float64Array, name: (key: number) => string) =>
    Object.fromEntries(
      [...rowsByKey(keys)].sort(([a], [b]) => a - b)
        .map(([key, rows]) => [name(key), statsOf(trades, rows)]),
    );
  const sides = rowsByKey(trades.side);
  return {
    long: statsOf(trades, sides.get(1) ?? []),
    short: statsOf(trades, sides.get(-1) ?? []),
    by_instrument: named(
      trades.instrument,
      (index) => instruments[index].symbol,
    ),
    by_hour: named(
      hour.map((h) => h % 24),
      (h) => `${String(h).padStart(2, "0")}:00`,
    ),
    by_weekday: named(
      hour.map((h) => Math.floor(h / 24) % 7),
      (day) => WEEKDAYS[day],
    ),
  };
}

/** The rows of each key, in order. */
function rowsByKey(keys: Float64Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < keys.length; row++) {
    const rows = groups.get(keys[row]);
    if (rows === undefined) groups.set(keys[row], [row]);
    else rows.push(row);
  }
  return groups;
}

function statsOf(trades: TradeColumns, rows: readonly number[]): TradeStats {
  const pick = (column: Float64Array) => {
    const picked = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) picked[i] = column[rows[i]];
    return picked;
  };
  const { net, commission, mae, mfe, entry_time, exit_time } = trades;
  return tradeStats({
    net: pick(net),
    commission: pick(commission),
    mae: pick(mae),
    mfe: pick(mfe),
    entry_time: pick(entry_time),
    exit_time: pick(exit_time),
  });
}
