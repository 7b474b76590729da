import { defined } from "./values.ts";

/** Fills of one instrument in order, as columns of one length. */
export interface Fills {
  /** Nanoseconds since the run's origin. */
  readonly time: Float64Array;
  /** +1 bought, −1 sold. */
  readonly side: Float64Array;
  /** Contracts or units, positive. */
  readonly quantity: Float64Array;
  /** Price of one unit, as quoted. */
  readonly price: Float64Array;
  /** Account currency for the whole fill; negative is a rebate. */
  readonly commission: Float64Array;
  /** Account currency for a price move of 1 in one unit. */
  readonly multiplier: number;
  /** Account currency for one unit of the instrument's, by fill. Absent: 1. */
  readonly rate?: Float64Array;
  /**
   * The lowest and highest mark while a position was held, from the fill before
   * to this one, and when each came first. Absent: excursions are of fills alone.
   */
  readonly marks?: {
    readonly low: Float64Array;
    readonly low_time: Float64Array;
    readonly high: Float64Array;
    readonly high_time: Float64Array;
  };
}

/**
 * Turnover: `Σ quantity · |price| · multiplier / equity`: how many times the
 * equity was traded, buys and sells both counted. Null when `equity` is not
 * positive.
 *
 * @param equity mean equity of the run, account currency
 */
export function turnover(fills: Fills, equity: number): number | null {
  if (!(equity > 0)) return null;
  let traded = 0;
  for (let i = 0; i < fills.price.length; i++) {
    traded += fills.quantity[i] * Math.abs(fills.price[i]);
  }
  return defined(traded * fills.multiplier / equity);
}
