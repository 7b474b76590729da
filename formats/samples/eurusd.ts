import type { SampleSpec } from "./make.ts";
import { decay, grow, Random } from "./random.ts";
import { type FileText, TextWriter } from "./text_writer.ts";

/** Trade dates: the day turns at 17:00 New York. */
export const EURUSD_DATES: readonly string[] = [
  4,
  5,
  6,
  7,
  8,
  11,
  12,
  13,
  14,
  15,
]
  .map((day) => `2024-03-${String(day).padStart(2, "0")}`);

export const EURUSD_SEED = 11;

/** Quotes of a day, about. */
const QUOTES = 100_000;
const HOUR = 3600e6;
const DAY = 24 * HOUR;
/** Quotes by hour since 17:00 New York, beside each other: Asia, London, New York. */
const PROFILE = [
  0.2,
  0.25,
  0.5,
  0.7,
  0.7,
  0.6,
  0.5,
  0.5,
  0.6,
  1,
  1.7,
  1.9,
  1.6,
  1.4,
  1.5,
  2.1,
  2.4,
  2.2,
  1.6,
  1.1,
  0.9,
  0.8,
  0.6,
  0.35,
];
const PROFILE_SUM = PROFILE.reduce((sum, value) => sum + value, 0);
/** Deviation of a day's lasting moves, and of the passing ones, in 0.00001. */
const LASTING = 350;
const PASSING = { deviation: 9, seconds: 90 };

/** Best quotes of EUR/USD, with sizes. */
export const EURUSD_SAMPLE: SampleSpec = {
  names: EURUSD_DATES.map((date) => `EURUSD_quotes_${date}.csv.gz`),
  seed: EURUSD_SEED,
  texts: (seed) => (index) => eurusdDay(seed, index),
  unit: "quotes",
  about: `
- Days: ${EURUSD_DATES.length} trade dates of the FX week, 17:00 to 17:00 America/New_York
- Columns: \`epoch_s\` (UTC, microseconds), \`bid\`, \`ask\` (steps of 0.00001),
  \`bid_size\`, \`ask_size\` (euros)

How they are made: quotes arrive at a rate that follows the hours of Asia,
London and New York; an efficient price is a walk with changing volatility, and
what one sees strays from it and comes back within ${PASSING.seconds} s (an Ornstein-Uhlenbeck
process with a deviation of ${PASSING.deviation} steps); the spread widens when the price moves
and when few quote; sizes are millions, seldom fractions.
`,
};

/** One trade date's quotes; days continue where the one before ended, about. */
export function eurusdDay(seed: number, index: number): FileText {
  const random = new Random(seed, index + 1);
  const open_s = openSeconds(EURUSD_DATES[index]);
  const writer = new TextWriter("epoch_s,bid,ask,bid_size,ask_size", QUOTES);
  const from = levelAt(seed, index);
  const to = levelAt(seed, index + 1);
  const busy = QUOTES / DAY * 24 / PROFILE_SUM;
  let value = from;
  let stray = 0;
  let heat = 0;
  let minute = -1;
  let bid = 0;
  let ask = 0;
  let t = 0;
  for (;;) {
    const rate = busy * PROFILE[Math.floor(t / HOUR)];
    const wait = random.exponential() / rate;
    t += Math.max(1000, wait);
    if (t >= DAY) return writer.text();
    if (Math.floor(t / 60e6) !== minute) {
      minute = Math.floor(t / 60e6);
      heat = 0.97 * heat + 0.12 * random.normal();
    }
    const hot = grow(heat);
    value += (to - value) * wait / Math.max(DAY - t, 600e6);
    value += LASTING / Math.sqrt(QUOTES) * hot * random.normal();
    const kept = decay(wait / 1e6 / PASSING.seconds);
    stray = stray * kept +
      PASSING.deviation * hot * Math.sqrt(1 - kept * kept) * random.normal();
    const width = 2 + 2 * hot * random.exponential() +
      1.5 / PROFILE[Math.floor(t / HOUR)];
    const half = Math.min(width, 40) / 2;
    const middle = value + stray;
    const nextBid = Math.round(middle - half);
    const nextAsk = Math.max(nextBid + 1, Math.round(middle + half));
    if (nextBid === bid && nextAsk === ask && random.uniform() < 0.7) continue;
    bid = nextBid;
    ask = nextAsk;
    writer.line(open_s, 1000 * Math.floor(t / 1000));
    writer.number(bid, 5);
    writer.number(ask, 5);
    writer.number(drawMillions(random));
    writer.number(drawMillions(random));
    writer.end();
  }
}

/** Where a day begins, in steps of 0.00001. */
function levelAt(seed: number, index: number): number {
  const random = new Random(seed, 0);
  let level = 108_500;
  for (let i = 0; i < index; i++) {
    level += Math.round(LASTING * random.normal());
  }
  return level;
}

/** Euros: often one million, up to ten, in quarters. */
function drawMillions(random: Random): number {
  const quarters = Math.min(40, 1 + Math.floor(4 * random.exponential()));
  return 250_000 * (random.uniform() < 0.4 ? 4 : quarters);
}

function openSeconds(date: string): number {
  const close = Temporal.ZonedDateTime.from(`${date}T17:00[America/New_York]`);
  return close.subtract({ days: 1 }).epochMilliseconds / 1000;
}
