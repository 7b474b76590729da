import type { IngestRequest } from "../request.ts";
import type { RowsWanted } from "../ticks/rows.ts";

/** Columns and details of a vendor's CSV files. */
export type CsvPreset = Pick<IngestRequest, "columns" | "csv">;

const BARE = { header: false, delimiter: "," };
const HEADED = { header: true, delimiter: "," };

/** CSV files of well-known sources, by the name of the format and the rows. */
export const CSV_PRESETS: Readonly<
  Record<string, Partial<Record<RowsWanted, CsvPreset>>>
> = {
  histdata: {
    quotes: {
      columns: {
        time: {
          column: 0,
          unit: "iso",
          pattern: "%Y%m%d %H%M%S%g",
          zone: "UTC-05:00",
        },
        values: { bid: { column: 1 }, ask: { column: 2 } },
      },
      csv: BARE,
    },
  },
  truefx: {
    quotes: {
      columns: {
        time: { column: 1, unit: "iso", pattern: "%Y%m%d %H:%M:%S.%g" },
        values: { bid: { column: 2 }, ask: { column: 3 } },
      },
      csv: BARE,
    },
  },
  lean: {
    quotes: {
      columns: {
        time: { column: 0, unit: "ms_since_midnight", zone: "UTC-05:00" },
        values: { bid: { column: 1 }, ask: { column: 2 } },
      },
      csv: BARE,
    },
    trades: {
      columns: {
        time: {
          column: 0,
          unit: "ms_since_midnight",
          zone: "America/New_York",
        },
        values: { price: { column: 1, divide: 10_000 }, size: { column: 2 } },
      },
      csv: BARE,
    },
  },
  tardis: {
    trades: {
      columns: {
        time: { column: "timestamp", unit: "us" },
        values: {
          price: { column: "price" },
          size: { column: "amount" },
          side: { column: "side", map: { buy: 1, sell: -1, unknown: 0 } },
        },
      },
      csv: HEADED,
    },
    quotes: {
      columns: {
        time: { column: "timestamp", unit: "us" },
        values: {
          bid: { column: "bid_price" },
          ask: { column: "ask_price" },
          bid_size: { column: "bid_amount" },
          ask_size: { column: "ask_amount" },
        },
      },
      csv: HEADED,
    },
  },
  "binance-agg-trades": {
    trades: {
      columns: {
        time: { column: 5, unit: "ms" },
        values: {
          price: { column: 1 },
          size: { column: 2 },
          side: {
            column: 6,
            map: { true: -1, True: -1, false: 1, False: 1 },
          },
        },
      },
      csv: BARE,
    },
  },
  "dukascopy-csv": {
    quotes: {
      columns: {
        time: { column: "timestamp", unit: "ms" },
        values: {
          bid: { column: "bidPrice" },
          ask: { column: "askPrice" },
          bid_size: { column: "bidVolume" },
          ask_size: { column: "askVolume" },
        },
      },
      csv: HEADED,
    },
  },
};
