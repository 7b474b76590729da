import { FaultError } from "../../pipeline/contract/mod.ts";
import { type Instrument, unitValue } from "../../engine/instrument.ts";
import type { RunRecord } from "./compose.ts";

/** What a run must add up to. */
export interface Expectation {
  readonly stage: string;
  /** Rows that the plan gave to slices. */
  readonly rows: number;
  readonly capital: number;
  readonly instruments: readonly Instrument[];
}

/**
 * Checks that nothing was lost or made up on the way.
 *
 * @throws FaultError with code `conservation` that names the sum
 */
export function checkConservation(
  record: RunRecord,
  { stage, rows, capital, instruments }: Expectation,
): void {
  const { orders, fills, equity } = record;
  const accounted = orders.filled + orders.cancelled + orders.rejected +
    orders.open;
  require(stage, "rows run", record.ticks, "rows of the slices", rows);
  require(stage, "orders", orders.submitted, "orders accounted for", accounted);
  if (orders.filled > fills.time.length) {
    require(stage, "fills", fills.time.length, "orders filled", orders.filled);
  }

  checkOrderRows(record, stage);

  const spent = fills.price.reduce((sum, price, i) => {
    const value = unitValue(instruments[fills.instrument[i]], price);
    return sum + fills.side[i] * fills.quantity[i] * value;
  }, 0);
  const scale = Math.max(capital, Math.abs(spent), 1);
  if (!(Math.abs(spent + record.cash) <= 1e-9 * scale)) {
    require(stage, "cash", record.cash, "the fills' value", -spent);
  }
  const last = equity.time.length - 1;
  // In several currencies the balances themselves are the sum.
  if (last < 0 || fills.rate.some((rate) => rate !== 1)) return;
  const value = capital + record.cash - record.commission +
    equity.exposure[last];
  if (!(Math.abs(value - equity.equity[last]) <= 1e-9 * scale)) {
    const known = equity.equity[last];
    require(stage, "cash and position value", value, "equity", known);
  }
}

/** The rows of orders are the counts, and what they filled are the fills. */
function checkOrderRows(
  { orders, listed, fills }: RunRecord,
  stage: string,
): void {
  const { rows, filled } = listed;
  const [open, whole, cancelled, expired, rejected] = listed.byStatus;
  require(stage, "orders listed", rows, "orders sent", orders.submitted);
  require(stage, "orders listed as filled", whole, "filled", orders.filled);
  require(stage, "orders listed as open", open, "open", orders.open);
  require(
    stage,
    "orders listed as cancelled or expired",
    cancelled + expired,
    "cancelled",
    orders.cancelled,
  );
  require(
    stage,
    "orders listed as rejected",
    rejected,
    "rejected",
    orders.rejected,
  );
  const traded = fills.quantity.reduce((sum, quantity) => sum + quantity, 0);
  if (!(Math.abs(filled - traded) <= 1e-9 * Math.max(traded, 1))) {
    require(stage, "contracts of orders", filled, "of fills", traded);
  }
}

function require(
  stage: string,
  what: string,
  is: number,
  other: string,
  should: number,
): void {
  if (is === should) return;
  throw new FaultError({
    code: "conservation",
    stage,
    message: `Cannot trust the run: ${what} are ${is}, ${other} are ${should}`,
    hint:
      "this is a defect of Breakwater, please report it with the run's plan.json",
  });
}
