import { N, News, REASONS } from "./notices.ts";
import type { Reason } from "./notices.ts";

/** One execution, as `onFill` sees it. */
export interface Fill {
  readonly order: number;
  /** The instrument's name in the pipeline file. */
  readonly instrument: string;
  /** 1 for a buy, -1 for a sell. */
  readonly side: 1 | -1;
  /** Contracts, above 0. */
  readonly quantity: number;
  readonly price: number;
  /** Currency units; negative is a rebate. */
  readonly commission: number;
  /** When it happened, nanoseconds since the run's origin. */
  readonly time: number;
  /** Whether the order rested in the book. */
  readonly maker: boolean;
  /** Contracts of the order that are still open. */
  readonly remaining: number;
  /** Profit of what it closed, before costs, currency units. */
  readonly realised: number;
}

/** What may happen to an order beside a fill. */
export type OrderNews =
  | "accepted"
  | "triggered"
  | "changed"
  | "cancelled"
  | "expired"
  | "rejected";

/** News of an order, as `onOrder` sees it. */
export interface OrderEvent {
  readonly order: number;
  readonly instrument: string;
  readonly news: OrderNews;
  /** Why it was turned away or ended; `none` for other news. */
  readonly reason: Reason;
  readonly side: 1 | -1;
  /** Contracts that were still open, above 0. */
  readonly remaining: number;
  /** When it happened, nanoseconds since the run's origin. */
  readonly time: number;
}

export function fillOf(notice: Float64Array, instrument: string): Fill {
  return {
    order: notice[N.Order],
    instrument,
    side: notice[N.Signed] > 0 ? 1 : -1,
    quantity: Math.abs(notice[N.Signed]),
    price: notice[N.Price],
    commission: notice[N.Commission],
    time: notice[N.Time],
    maker: notice[N.Maker] !== 0,
    remaining: notice[N.Remaining],
    realised: notice[N.Realised],
  };
}

const NEWS: Readonly<Record<number, OrderNews>> = {
  [News.Accepted]: "accepted",
  [News.Triggered]: "triggered",
  [News.Changed]: "changed",
  [News.Cancelled]: "cancelled",
  [News.Expired]: "expired",
  [News.Rejected]: "rejected",
};

export function orderEventOf(
  notice: Float64Array,
  instrument: string,
): OrderEvent {
  return {
    order: notice[N.Order],
    instrument,
    news: NEWS[notice[N.News]],
    reason: REASONS[notice[N.Reason]],
    side: notice[N.Signed] > 0 ? 1 : -1,
    remaining: notice[N.Remaining],
    time: notice[N.Time],
  };
}
