import { Table, type TableColumns } from "../../engine/table.ts";
import type { SessionSpan } from "../prepared.ts";
import type { RunRecord } from "./compose.ts";
import type { TradeColumns } from "./trades.ts";

const COLUMNS = [
  "open",
  "close",
  "equity",
  "return",
  "drawdown",
  "exposure",
  "net",
  "commission",
  "fills",
  "trades",
] as const;

/**
 * One row a session that has rows. `open` and `close` are its times, ns since
 * the origin; `equity` and `exposure` (position value, signed) are as sampled at
 * its close, with the bar that closes at it and without the tick at it; `return`
 * is NaN when the equity before was not above 0; `drawdown` is from the highest
 * close so far, the capital counted; `net`, `commission`, `fills` and `trades`
 * (round trips that ended) are what came since the close before. What came
 * after the last close is in no row.
 */
export type DailyColumns = TableColumns<typeof COLUMNS>;

/** What each session came to. */
export function dailyOf(
  { equity, fills }: RunRecord,
  trades: TradeColumns,
  { sessions, capital }: {
    readonly sessions: readonly SessionSpan[];
    readonly capital: number;
  },
): DailyColumns {
  const table = new Table(COLUMNS, sessions.length);
  const next = { sample: 0, fill: 0, trade: 0 };
  let before = capital;
  let high = capital;
  let now = { equity: capital, exposure: 0, fills: 0 };
  for (const { open, close } of sessions) {
    const { time } = equity;
    while (next.sample < time.length) {
      const i = next.sample;
      if (time[i] > close) break;
      now = {
        equity: equity.equity[i],
        exposure: equity.exposure[i],
        fills: equity.fills[i],
      };
      next.sample++;
      if (equity.close[i] === 1 && time[i] === close) break;
    }
    const until = now.fills;
    const from = next.fill;
    let commission = 0;
    for (; next.fill < until; next.fill++) {
      commission += fills.commission[next.fill] * fills.rate[next.fill];
    }
    const firstTrade = next.trade;
    while (
      next.trade < trades.last.length && trades.last[next.trade] < until
    ) next.trade++;
    high = Math.max(high, now.equity);
    table.add(
      open,
      close,
      now.equity,
      before > 0 ? now.equity / before - 1 : NaN,
      high > 0 ? (now.equity - high) / high : NaN,
      now.exposure,
      now.equity - before,
      commission,
      next.fill - from,
      next.trade - firstTrade,
    );
    before = now.equity;
  }
  return table.take();
}
