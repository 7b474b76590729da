import {
  ORDER_STATUSES,
  ORDER_TIFS,
} from "../../engine/broker/order_record.ts";
import { REASONS } from "../../engine/broker/notices.ts";
import { ORDER_TYPES } from "../../engine/broker/order.ts";
import { int64Of } from "./int64.ts";
import type { SliceRecord } from "../../engine/broker/ledger.ts";
import type { Column } from "./column.ts";
import type { RunTables } from "./run_tables.ts";

/** Epoch times and names that make a record readable outside of its run. */
export interface TableContext {
  /** Epoch nanoseconds of time 0. */
  readonly origin: bigint;
  readonly symbols: readonly string[];
  /** Trade date of each session, ISO 8601. */
  readonly dates: readonly string[];
}

/** The columns of each file that a run leaves, made of rows at hand. */
export const TABLES = {
  fills: fillColumns,
  orders: orderColumns,
  trades: tradeColumns,
  equity: equityColumns,
  daily: dailyColumns,
} as const;

function fillColumns(
  fills: RunTables["record"]["fills"],
  context: TableContext,
): Column[] {
  return [
    time("time", fills.time, context),
    time("submitted", fills.submitted, context),
    id("order", fills.order),
    text("instrument", fills.instrument, context.symbols),
    text("side", fills.side.map(isSell), ["buy", "sell"]),
    number("quantity", fills.quantity),
    number("price", fills.price),
    number("commission", fills.commission),
    text("liquidity", fills.maker, ["taker", "maker"]),
    number("realised", fills.realised),
    number("mark", fills.mark),
    optional("arrival", fills.arrival),
  ];
}

function orderColumns(
  orders: SliceRecord["ended"],
  context: TableContext,
): Column[] {
  const average = orders.value.map((value, i) => value / orders.filled[i]);
  return [
    id("order", orders.order),
    text("instrument", orders.instrument, context.symbols),
    time("submitted", orders.submitted, context),
    maybeTime("ended", orders.ended, context),
    text("type", orders.type, ORDER_TYPES),
    text("side", orders.side.map(isSell), ["buy", "sell"]),
    number("quantity", orders.quantity),
    optional("limit", orders.limit),
    optional("stop", orders.stop),
    text("tif", orders.tif, ORDER_TIFS),
    text("status", orders.status, ORDER_STATUSES),
    text("reason", orders.reason, REASONS),
    number("filled", orders.filled),
    optional("average_price", average),
    optional("arrival", orders.mark),
  ];
}

function tradeColumns(
  trades: RunTables["trades"],
  context: TableContext,
): Column[] {
  const duration = trades.exit_time.map((exit, i) =>
    (exit - trades.entry_time[i]) / 1e9
  );
  return [
    text("instrument", trades.instrument, context.symbols),
    text("side", trades.side.map(isSell), ["long", "short"]),
    time("entry_time", trades.entry_time, context),
    time("exit_time", trades.exit_time, context),
    number("entry_price", trades.entry_price),
    number("exit_price", trades.exit_price),
    number("quantity", trades.quantity),
    number("gross", trades.gross),
    number("commission", trades.commission),
    number("net", trades.net),
    number("mae", trades.mae),
    time("mae_time", trades.mae_time, context),
    number("mfe", trades.mfe),
    time("mfe_time", trades.mfe_time, context),
    number("duration_s", duration),
    number("fills", trades.fills),
  ];
}

function equityColumns(
  equity: RunTables["record"]["equity"],
  context: TableContext,
): Column[] {
  return [
    time("time", equity.time, context),
    number("equity", equity.equity),
    number("exposure", equity.exposure),
  ];
}

function dailyColumns(
  daily: RunTables["daily"],
  context: TableContext,
): Column[] {
  const date = Int32Array.from(
    context.dates,
    (iso) => Date.parse(iso) / 86_400_000,
  );
  return [
    { name: "date", type: "date", data: date },
    time("open", daily.open, context),
    time("close", daily.close, context),
    number("equity", daily.equity),
    optional("return", daily.return),
    optional("drawdown", daily.drawdown),
    number("exposure", daily.exposure),
    number("net", daily.net),
    number("commission", daily.commission),
    number("fills", daily.fills),
    number("trades", daily.trades),
  ];
}

function isSell(side: number): number {
  return Number(side < 0);
}

function time(
  name: string,
  values: Float64Array,
  { origin }: TableContext,
): Column {
  return { name, type: "time", data: int64Of(values, origin) };
}

/** NaN: none. */
function maybeTime(
  name: string,
  values: Float64Array,
  { origin }: TableContext,
): Column {
  const data = int64Of(values, origin);
  return { name, type: "time?", data, missing: missingOf(values) };
}

function id(name: string, values: Float64Array): Column {
  return { name, type: "id", data: int64Of(values) };
}

function number(name: string, data: Float64Array): Column {
  return { name, type: "number", data };
}

/** NaN: none. */
function optional(name: string, data: Float64Array): Column {
  return { name, type: "number?", data, missing: missingOf(data) };
}

function missingOf(values: Float64Array): Uint8Array | null {
  const missing = new Uint8Array(values.length);
  let some = false;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === values[i]) continue;
    missing[i] = 1;
    some = true;
  }
  return some ? missing : null;
}

function text(
  name: string,
  codes: Float64Array,
  labels: readonly string[],
): Column {
  return { name, type: "text", codes, labels };
}
