import { markup } from "../html.ts";
import type { TableColumn } from "../client/data.ts";
import { count } from "../format.ts";
import { keptRows, LIMITS } from "../limits.ts";
import { decimalsOf } from "../payload/encode.ts";
import { pagedTable } from "../page/parts.ts";
import type { Section } from "../section.ts";

/** Every round trip, to be sorted, filtered and shown in the price chart. */
export const trades: Section = {
  id: "trades",
  title: "Trades",
  render({ kept, trades, instruments, currency }, payload) {
    if (!kept) return null;
    const all = trades.net.length;
    if (all === 0) {
      return markup`
        <p
          class="note">There is no round trip: no position was opened and closed again.</p>
      `;
    }
    const rows = keptRows(Uint32Array.from(trades.net.keys()));
    const pick = (of: (row: number) => number, scale?: number) =>
      payload.column(Float64Array.from(rows, of), scale);
    const instrument = pick((row) => trades.instrument[row], 1);
    const entry = pick((row) => trades.entry_time[row], 1);
    const exit = pick((row) => trades.exit_time[row], 1);
    const decimals = Math.max(
      ...instruments.map(({ tickSize }) => decimalsOf(tickSize)),
    );
    const columns: TableColumn[] = [
      { label: "Entry (UTC)", form: "time", column: entry },
      { label: "Exit (UTC)", form: "time", column: exit },
      {
        label: "Held",
        form: "duration",
        column: pick(
          (row) => trades.exit_time[row] - trades.entry_time[row],
          1,
        ),
      },
      ...(instruments.length < 2 ? [] : [{
        label: "Instrument",
        form: "text" as const,
        column: instrument,
        words: instruments.map(({ symbol }) => symbol),
      }]),
      {
        label: "Side",
        form: "text",
        column: pick((row) => trades.side[row] > 0 ? 0 : 1, 1),
        words: ["long", "short"],
      },
      {
        label: "Quantity",
        form: "exact",
        column: pick((row) => trades.quantity[row]),
      },
      {
        label: "Entry price",
        form: "price",
        decimals,
        column: pick((row) => trades.entry_price[row]),
      },
      {
        label: "Exit price",
        form: "price",
        decimals,
        column: pick((row) => trades.exit_price[row]),
      },
      {
        label: "Commission",
        form: "money",
        column: pick((row) => trades.commission[row]),
      },
      {
        label: "Net",
        form: "money",
        column: pick((row) => trades.net[row]),
        signed: true,
      },
      {
        label: "MAE",
        form: "money",
        column: pick((row) => trades.mae[row]),
      },
      {
        label: "MFE",
        form: "money",
        column: pick((row) => trades.mfe[row]),
      },
    ];
    payload.table("trades-table", {
      rows: rows.length,
      columns,
      sorted: 0,
      shows: {
        chart: instruments.map((_, i) => `price-${i}`),
        by: instrument,
        from: entry,
        to: exit,
      },
    });
    return markup`${
      all > rows.length &&
      markup`<p class="note">The first and the last ${
        count(LIMITS.rows / 2)
      } of ${count(all)} trades.</p>`
    }
${
      pagedTable({
        id: "trades-table",
        caption:
          `Round trips: a position from flat to flat. Money in ${currency}; MAE and MFE: the worst and the best that it was ever worth`,
        columns,
        shows: true,
      })
    }`;
  },
};
