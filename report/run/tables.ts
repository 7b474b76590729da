import { type Columns, numbersOf, readColumns } from "./parquet.ts";
import type { Daily, EquityCurve, Fills, Trades } from "./run.ts";

/**
 * Reads `fills.parquet`; times become microseconds since `origin`. Here and
 * below no path gives no rows.
 */
export async function readFills(
  path: string | null,
  origin: bigint,
  symbols: readonly string[],
): Promise<Fills> {
  const columns = await columnsOf(path, origin, [
    "time",
    "instrument",
    "side",
    "quantity",
    "price",
    "commission",
    "liquidity",
    "arrival",
  ]);
  return {
    time: numbersOf(columns.get("time")),
    instrument: codesOf(columns, "instrument", symbols),
    side: codesOf(columns, "side", ["sell", "buy"]).map(signed),
    quantity: numbersOf(columns.get("quantity")),
    price: numbersOf(columns.get("price")),
    commission: numbersOf(columns.get("commission")),
    maker: codesOf(columns, "liquidity", ["taker", "maker"]),
    arrival: numbersOf(columns.get("arrival")),
  };
}

/** Reads `trades.parquet`. */
export async function readTrades(
  path: string | null,
  origin: bigint,
  symbols: readonly string[],
): Promise<Trades> {
  const numbers = [
    "quantity",
    "entry_price",
    "exit_price",
    "gross",
    "commission",
    "net",
    "mae",
    "mfe",
  ] as const;
  const columns = await columnsOf(path, origin, [
    "instrument",
    "side",
    "entry_time",
    "exit_time",
    ...numbers,
  ]);
  const values = Object.fromEntries(
    numbers.map((name) => [name, numbersOf(columns.get(name))]),
  ) as Record<typeof numbers[number], Float64Array>;
  return {
    instrument: codesOf(columns, "instrument", symbols),
    side: codesOf(columns, "side", ["short", "long"]).map(signed),
    entry_time: numbersOf(columns.get("entry_time")),
    exit_time: numbersOf(columns.get("exit_time")),
    ...values,
  };
}

/** Reads `daily.parquet`. */
export async function readDaily(
  path: string | null,
  origin: bigint,
): Promise<Daily> {
  const names = ["date", "close", "equity", "return"];
  const columns = await columnsOf(path, origin, names);
  return {
    date: Array.from(
      numbersOf(columns.get("date")),
      (day) => new Date(day * 86_400_000).toISOString().slice(0, 10),
    ),
    close: numbersOf(columns.get("close")),
    equity: numbersOf(columns.get("equity")),
    returns: numbersOf(columns.get("return")),
  };
}

/** Reads `equity.parquet`. */
export async function readEquity(
  path: string | null,
  origin: bigint,
): Promise<EquityCurve> {
  const columns = await columnsOf(path, origin, ["time", "equity", "exposure"]);
  return {
    time: numbersOf(columns.get("time")),
    equity: numbersOf(columns.get("equity")),
    exposure: numbersOf(columns.get("exposure")),
  };
}

function columnsOf(
  path: string | null,
  origin: bigint,
  names: readonly string[],
): Promise<Columns> {
  return path === null
    ? Promise.resolve(new Map(names.map((name) => [name, []])))
    : readColumns(path, { names, origin });
}

/** Words as their places in a list. */
function codesOf(
  columns: Columns,
  name: string,
  words: readonly string[],
): Float64Array {
  const column = columns.get(name) ?? [];
  const codes = new Float64Array(column.length);
  for (let i = 0; i < codes.length; i++) {
    codes[i] = words.indexOf(column[i] as string);
  }
  return codes;
}

/** 1 stays, 0 becomes −1. */
function signed(code: number): number {
  return code === 1 ? 1 : -1;
}
