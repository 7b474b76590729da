import { type Instrument, notional } from "../instrument.ts";

/**
 * One charge of a fill: the broker's, or the exchange's. What is left out is 0
 * (rates of a maker and a taker: {@link rate}).
 */
export interface CommissionPart {
  /** Currency units for each contract or share. */
  readonly perContract?: number;
  /** Currency units for each fill. */
  readonly perFill?: number;
  /** Fraction of the fill's value: 0.0002 is 2 basis points. */
  readonly rate?: number;
  /** The rate when the order rested in the book; negative is a rebate. */
  readonly maker?: number;
  /** The rate when the order took what rested. */
  readonly taker?: number;
  /** At least so much for each fill. */
  readonly minimum?: number;
  /** At most this fraction of the fill's value. */
  readonly maximumRate?: number;
  /** Rounded to multiples of this, halves away from 0: 0.01 for cents. */
  readonly round?: number;
}

/**
 * What a fill costs, in the instrument's currency:
 * `Σ parts round(max(minimum, perFill + perContract·q + rate·q·value))`.
 *
 * @param quantity contracts, above 0
 * @param maker whether the order rested in the book
 */
export function commissionOf(
  instrument: Instrument,
  quantity: number,
  price: number,
  maker: boolean,
): number {
  const { commission } = instrument;
  let sum = 0;
  for (let i = 0; i < commission.length; i++) {
    sum += chargeOf(instrument, commission[i], quantity, price, maker);
  }
  return sum;
}

function chargeOf(
  instrument: Instrument,
  part: CommissionPart,
  quantity: number,
  price: number,
  maker: boolean,
): number {
  const { perContract = 0, perFill = 0, minimum, maximumRate, round } = part;
  const rate = (maker ? part.maker : part.taker) ?? part.rate ?? 0;
  let charge = perContract * quantity;
  if (perFill !== 0) charge += perFill;
  const value = rate !== 0 || maximumRate !== undefined
    ? quantity * notional(instrument, price)
    : 0;
  if (rate !== 0) charge += rate * value;
  if (maximumRate !== undefined) {
    charge = Math.min(charge, maximumRate * value);
  }
  if (minimum !== undefined && charge < minimum) charge = minimum;
  return round === undefined ? charge : roundTo(charge, round);
}

/** 1.40040 to 0.01 is 1.4: the nearest double of the decimal, not 140 · 0.01. */
function roundTo(value: number, step: number): number {
  const steps = Math.round(Math.abs(value) / step * (1 + 1e-15));
  const each = Math.round(1 / step);
  const whole = Math.abs(1 / step - each) < 1e-9 * each;
  return Math.sign(value) * (whole ? steps / each : steps * step);
}
