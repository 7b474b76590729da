import type { TableColumns } from "../table.ts";
import type { Fills } from "./fills.ts";

/** A position from flat to flat: one round trip. */
export interface Trade {
  /** The side that opened it: +1 long, −1 short. */
  readonly side: 1 | -1;
  /** Units entered, and as many exited, in all fills together. */
  readonly quantity: number;
  /** Time of the first entry, nanoseconds since the run's origin. */
  readonly entry_time: number;
  /** Time of the last exit, nanoseconds since the run's origin. */
  readonly exit_time: number;
  /** Mean entry price, weighted by quantity. */
  readonly entry_price: number;
  /** Mean exit price, weighted by quantity. */
  readonly exit_price: number;
  /** `side · (exit_price − entry_price) · quantity · multiplier`, account currency. */
  readonly gross: number;
  /** Account currency. */
  readonly commission: number;
  /** `gross − commission`, account currency. */
  readonly net: number;
  /** Fills that took part; a fill that flips the position counts in both trades. */
  readonly fills: number;
}

/** What is still open after the last fill. */
export interface OpenTrade {
  readonly side: 1 | -1;
  /** Units held now. */
  readonly quantity: number;
  /** Units entered since the position was last flat. */
  readonly entered: number;
  readonly entry_time: number;
  /** Mean price of what is held, by the average-price method. */
  readonly average_price: number;
  /** Gained by partial exits, before commission, account currency. */
  readonly realised: number;
  /** Paid so far for this position, account currency. */
  readonly commission: number;
  readonly fills: number;
}

/** What all fills of one instrument come to. */
export interface Trips {
  readonly trades: Trade[];
  readonly open: OpenTrade | null;
}

/** A rest this small beside the fill that left it is rounding, not a position. */
const DUST = 1e-10;

/**
 * Closed round trips in order, by the average-price method: fills in the
 * direction of the position add to it, fills against it close it, and a fill
 * that goes beyond flat closes one trade and opens the next, its commission
 * split by quantity.
 *
 * @example
 * // multiplier 50: buy 2 at 100, sell 3 at 101 for 6, buy 1 at 100
 * // 1st: long 2, gross (101 − 100) · 2 · 50 = 100, commission 6 · 2/3 = 4, net 96
 * // 2nd: short 1, gross (101 − 100) · 1 · 50 = 50, commission 6 · 1/3 = 2, net 48
 */
export function roundTrips(fills: Fills): Trade[] {
  return tripsOf(fills).trades;
}

/** {@link roundTrips} together with the part that is still open. */
export function tripsOf(fills: Fills): Trips {
  const { table, open } = walk(fills);
  return {
    trades: Array.from(table.net, (net, i) => ({
      side: table.side[i] > 0 ? 1 : -1,
      quantity: table.quantity[i],
      entry_time: table.entry_time[i],
      exit_time: table.exit_time[i],
      entry_price: table.entry_price[i],
      exit_price: table.exit_price[i],
      gross: table.gross[i],
      commission: table.commission[i],
      net,
      fills: table.fills[i],
    })),
    open,
  };
}

/** The net results of {@link roundTrips} alone, for runs with very many. */
export function tripNets(fills: Fills): Float64Array {
  return walk(fills).table.net;
}

/**
 * {@link roundTrips} as columns, with each trade's excursions: the least and the
 * most that it was ever worth before commission, valued at the mark (and at the
 * prices of its fills), from its first fill to its last.
 *
 * `mae` is 0 or below, `mfe` 0 or above, both in account currency at the rate of
 * the exit; their times are when they were first reached, and the entry's when
 * the trade was never worth less, or more, than nothing. `last` is the index of
 * the fill that closed the trade. Source: J. Sweeney, "Maximum Adverse
 * Excursion" (1996), there in points; here in currency, so that it holds for
 * positions that grow and shrink.
 *
 * @example
 * // multiplier 50: buy 2 at 100; the mark goes to 98, then 103; sell 2 at 101
 * // mae (98 − 100) · 2 · 50 = −200, mfe (103 − 100) · 2 · 50 = 300
 */
export function tripTable(fills: Fills): TripColumns {
  return walk(fills).table;
}

/** What {@link tripTable} gives, a column each. */
export type TripColumns = TableColumns<typeof COLUMNS>;

const COLUMNS = [
  "side",
  "quantity",
  "entry_time",
  "exit_time",
  "entry_price",
  "exit_price",
  "gross",
  "commission",
  "net",
  "fills",
  "mae",
  "mae_time",
  "mfe",
  "mfe_time",
  "last",
] as const;

/** One pass in local variables: objects with float fields would be boxed. */
function walk(
  { time, side, quantity, price, commission, multiplier, rate, marks }: Fills,
) {
  // Memory that is never written is never taken.
  const columns = COLUMNS.map(() => new Float64Array(time.length));
  let rows = 0;
  const add = (...row: number[]) => {
    for (let c = 0; c < row.length; c++) columns[c][rows] = row[c];
    rows++;
  };
  let way = 0;
  let since = 0;
  let held = 0;
  let average = 0;
  let entered = 0;
  let entryValue = 0;
  let exited = 0;
  let exitValue = 0;
  let realised = 0;
  let paid = 0;
  let count = 0;
  // Cash of the trade: with the position's value, what the trade is worth.
  let flow = 0;
  let worst = 0;
  let worstAt = 0;
  let best = 0;
  let bestAt = 0;
  for (let i = 0; i < time.length; i++) {
    const at = price[i];
    let size = quantity[i];
    let fee = commission[i];
    if (way !== 0) {
      if (marks !== undefined) {
        const { low, low_time, high, high_time } = marks;
        const least = way > 0 ? low : high;
        const most = way > 0 ? high : low;
        const down = flow + way * held * least[i];
        if (down < worst) {
          worst = down;
          worstAt = way > 0 ? low_time[i] : high_time[i];
        }
        const up = flow + way * held * most[i];
        if (up > best) {
          best = up;
          bestAt = way > 0 ? high_time[i] : low_time[i];
        }
      }
      const now = flow + way * held * at;
      if (now < worst) {
        worst = now;
        worstAt = time[i];
      }
      if (now > best) {
        best = now;
        bestAt = time[i];
      }
    }
    if (way !== 0 && side[i] > 0 !== way > 0) {
      const rest = size - held;
      const dust = DUST * Math.max(size, held);
      const flips = rest > dust;
      const closing = flips ? held : size;
      const share = flips ? fee * (closing / size) : fee;
      held -= closing;
      realised += way * (at - average) * closing;
      flow += way * closing * at;
      exited += closing;
      exitValue += closing * at;
      paid += share;
      count++;
      if (rest < -dust) continue;
      const entryPrice = entryValue / entered;
      const exitPrice = exitValue / exited;
      const gained = exited === entered
        ? exitValue - entryValue
        : (exitPrice - entryPrice) * entered;
      const worth = rate === undefined ? 1 : rate[i];
      const gross = way * gained * multiplier * worth + 0;
      paid *= worth;
      add(
        way,
        entered,
        since,
        time[i],
        entryPrice,
        exitPrice,
        gross,
        paid,
        gross - paid,
        count,
        Math.min(worst * multiplier * worth, gross) + 0,
        worstAt,
        Math.max(best * multiplier * worth, gross) + 0,
        bestAt,
        i,
      );
      way =
        held =
        average =
        entered =
        entryValue =
          0;
      exited =
        exitValue =
        realised =
        paid =
        count =
          0;
      if (!flips) continue;
      fee *= rest / size;
      size = rest;
    }
    if (way === 0) {
      way = side[i] > 0 ? 1 : -1;
      since = worstAt = bestAt = time[i];
      worst = best = flow = 0;
    }
    const after = held + size;
    average += (at - average) * (size / after);
    held = after;
    entered += size;
    entryValue += size * at;
    flow -= way * size * at;
    paid += fee;
    count++;
  }
  const open: OpenTrade | null = way === 0 ? null : {
    side: way > 0 ? 1 : -1,
    quantity: held,
    entered,
    entry_time: since,
    average_price: average,
    realised: realised * multiplier + 0,
    commission: paid,
    fills: count,
  };
  const entries = COLUMNS.map((name, c) => [
    name,
    columns[c].subarray(0, rows),
  ]);
  return { table: Object.fromEntries(entries) as TripColumns, open };
}
