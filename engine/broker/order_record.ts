import type { Table } from "../table.ts";
import type { ORDER_COLUMNS } from "./ledger.ts";
import { News, type Reason, reasonCode } from "./notices.ts";
import { type OrderTerms, writeTerms } from "./order.ts";
import { F, Status, Type } from "./order_rows.ts";

type OrderTable = Table<typeof ORDER_COLUMNS>;

/** How orders stand, in the order of their codes. */
export const ORDER_STATUSES = [
  "open",
  "filled",
  "cancelled",
  "expired",
  "rejected",
] as const;

/** How long orders work, in the order of their codes. */
export const ORDER_TIFS = ["gtc", "day", "gtd", "ioc", "fok"] as const;

/** What ended an order; nothing of it: the order is filled or still open. */
interface Ending {
  readonly instrument: number;
  /** ns since the origin; absent while it is open. */
  readonly time?: number;
  readonly news?: number;
  readonly reason?: Reason;
}

/** Records an order as its row stands. */
export function recordOrder(
  table: OrderTable,
  values: Float64Array,
  at: number,
  { instrument, time, news, reason }: Ending,
): void {
  const filled = values[at + F.Filled];
  const done = values[at + F.Status] === Status.Done;
  const signed = values[at + F.Signed];
  table.add(
    values[at + F.Id],
    instrument,
    values[at + F.Sent],
    time ?? NaN,
    typeSent(values, at),
    signed > 0 ? 1 : -1,
    filled + (done ? 0 : Math.abs(signed)),
    values[at + F.Limit],
    values[at + F.Stop],
    values[at + F.Tif],
    time === undefined ? 0 : statusOf(news),
    reason === undefined ? 0 : reasonCode(reason),
    filled,
    values[at + F.Value],
    values[at + F.Mark],
  );
}

/** Records an order that was never sent. */
export function recordRefused(
  table: OrderTable,
  id: number,
  signed: number,
  terms: OrderTerms,
  { instrument, mark, reason, time }: {
    readonly instrument: number;
    readonly mark: number;
    readonly reason: Reason;
    readonly time: number;
  },
): void {
  const row = new Float64Array(F.Fields);
  writeTerms(row, 0, id, signed, terms);
  row[F.Sent] = time;
  row[F.Mark] = mark;
  const news = News.Rejected;
  recordOrder(table, row, 0, { instrument, time, news, reason });
}

function statusOf(news: number | undefined): number {
  switch (news) {
    case News.Cancelled:
      return 2;
    case News.Expired:
      return 3;
    case News.Rejected:
      return 4;
    default:
      return 1;
  }
}

/** A stop that was triggered has become another type; this is the one sent. */
function typeSent(values: Float64Array, at: number): number {
  const trail = values[at + F.Trail];
  const stop = values[at + F.Stop];
  const limit = values[at + F.Limit];
  if (trail === trail) return Type.Trailing;
  if (stop === stop) return limit === limit ? Type.StopLimit : Type.Stop;
  return limit === limit ? Type.Limit : Type.Market;
}
