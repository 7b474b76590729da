import { grow, Random } from "./random.ts";

/** What is settled for a session before any of its trades is made. */
export interface EsDay {
  /** `YYYY-MM-DD`, in Chicago. */
  readonly date: string;
  /** 08:30 Chicago, seconds since the epoch. */
  readonly open_s: number;
  /** In ticks of 0.25. */
  readonly open_price: number;
  /** Where the session is steered to, in ticks of 0.25. */
  readonly close_price: number;
  /** Standard deviation of the session's move, in ticks of 0.25. */
  readonly deviation: number;
  /** Expected number of trades. */
  readonly trades: number;
}

/** Length of a regular session: 08:30 to 15:00. */
export const SESSION_SECONDS = 23_400;

export const ES_DATES: readonly string[] = weekdays("2024-02-26", 20);

const TRADES = 5_000_000;
const LOW = 5130 * 4;
const HIGH = 5220 * 4;

/**
 * The frame of all sessions, from one small stream of its own, so that any
 * session can be made without the ones before it.
 */
export function esDays(seed: number): EsDay[] {
  const random = new Random(seed, 0);
  const activity = ES_DATES.map(() => grow(0.22 * random.normal()));
  const total = activity.reduce((sum, value) => sum + value, 0);
  let previous = 5165 * 4;
  return ES_DATES.map((date, index) => {
    const busy = activity[index] * ES_DATES.length / total;
    const deviation = 112 * Math.sqrt(busy) * grow(0.12 * random.normal());
    const gap = Math.round(30 * random.normal());
    const open_price = reflect(previous + (gap === 0 ? 1 : gap));
    const close_price = reflect(
      open_price + Math.round(0.8 * deviation * random.normal()),
    );
    previous = close_price;
    return {
      date,
      open_s: openSeconds(date),
      open_price,
      close_price,
      deviation,
      trades: TRADES / ES_DATES.length * busy,
    };
  });
}

/** Keeps the chain of prices inside its band by mirroring it at the edges. */
function reflect(price: number): number {
  if (price < LOW) return LOW + (LOW - price);
  if (price > HIGH) return HIGH - (price - HIGH);
  return price;
}

function openSeconds(date: string): number {
  const open = Temporal.ZonedDateTime.from(`${date}T08:30[America/Chicago]`);
  return open.epochMilliseconds / 1000;
}

function weekdays(first: string, count: number): string[] {
  const dates: string[] = [];
  let day = Temporal.PlainDate.from(first);
  while (dates.length < count) {
    if (day.dayOfWeek <= 5) dates.push(day.toString());
    day = day.add({ days: 1 });
  }
  return dates;
}
