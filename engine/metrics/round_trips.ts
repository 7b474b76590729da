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
  const trades: Trade[] = [];
  let trip: Trip | null = null;
  for (let i = 0; i < fills.time.length; i++) {
    const fill = fillAt(fills, i);
    if (trip === null) {
      trip = new Trip(fill);
    } else if (fill.side === trip.side) {
      trip.enter(fill);
    } else {
      const rest: number = fill.quantity - trip.held;
      const dust: number = DUST * Math.max(fill.quantity, trip.held);
      if (rest < -dust) {
        trip.exit(fill);
      } else {
        const closing: Fill = rest > dust ? part(fill, trip.held) : fill;
        trades.push(trip.close(closing, fills.multiplier));
        trip = rest > dust ? new Trip(part(fill, rest)) : null;
      }
    }
  }
  return { trades, open: trip ? trip.open(fills.multiplier) : null };
}

interface Fill {
  readonly time: number;
  readonly side: 1 | -1;
  readonly quantity: number;
  readonly price: number;
  readonly commission: number;
}

function fillAt(fills: Fills, i: number): Fill {
  return {
    time: fills.time[i],
    side: fills.side[i] > 0 ? 1 : -1,
    quantity: fills.quantity[i],
    price: fills.price[i],
    commission: fills.commission[i],
  };
}

function part(fill: Fill, quantity: number): Fill {
  const commission = fill.commission * (quantity / fill.quantity);
  return { ...fill, quantity, commission };
}

/** A round trip as it grows. */
class Trip {
  readonly side: 1 | -1;
  readonly #entry_time: number;
  #held = 0;
  #average = 0;
  #entered = 0;
  #entryValue = 0;
  #exited = 0;
  #exitValue = 0;
  #realised = 0;
  #commission = 0;
  #fills = 0;

  constructor(first: Fill) {
    this.side = first.side;
    this.#entry_time = first.time;
    this.enter(first);
  }

  get held(): number {
    return this.#held;
  }

  enter({ quantity, price, commission }: Fill): void {
    const held = this.#held + quantity;
    this.#average += (price - this.#average) * (quantity / held);
    this.#held = held;
    this.#entered += quantity;
    this.#entryValue += quantity * price;
    this.#commission += commission;
    this.#fills++;
  }

  exit({ quantity, price, commission }: Fill): void {
    this.#held -= quantity;
    this.#realised += this.side * (price - this.#average) * quantity;
    this.#exited += quantity;
    this.#exitValue += quantity * price;
    this.#commission += commission;
    this.#fills++;
  }

  close(fill: Fill, multiplier: number): Trade {
    this.exit(fill);
    const entry_price = this.#entryValue / this.#entered;
    const exit_price = this.#exitValue / this.#exited;
    const gained = this.#exited === this.#entered
      ? this.#exitValue - this.#entryValue
      : (exit_price - entry_price) * this.#entered;
    const gross = this.side * gained * multiplier + 0;
    return {
      side: this.side,
      quantity: this.#entered,
      entry_time: this.#entry_time,
      exit_time: fill.time,
      entry_price,
      exit_price,
      gross,
      commission: this.#commission,
      net: gross - this.#commission,
      fills: this.#fills,
    };
  }

  open(multiplier: number): OpenTrade {
    return {
      side: this.side,
      quantity: this.#held,
      entered: this.#entered,
      entry_time: this.#entry_time,
      average_price: this.#average,
      realised: this.#realised * multiplier + 0,
      commission: this.#commission,
      fills: this.#fills,
    };
  }
}
