import type { SessionSpan } from "../prepared.ts";
import type { RunRecord, ValuedInstrument } from "./compose.ts";
import { type DailyColumns, dailyOf } from "./daily.ts";
import { type TradeColumns, tradesOf } from "./trades.ts";

/** A run's record, and what it comes to by trade and by session. */
export interface RunTables {
  readonly record: RunRecord;
  readonly trades: TradeColumns;
  readonly daily: DailyColumns;
}

export function runTables(
  record: RunRecord,
  { instruments, sessions, capital }: {
    readonly instruments: readonly ValuedInstrument[];
    readonly sessions: readonly SessionSpan[];
    readonly capital: number;
  },
): RunTables {
  const trades = tradesOf(record.fills, instruments);
  return {
    record,
    trades,
    daily: dailyOf(record, trades, { sessions, capital }),
  };
}
