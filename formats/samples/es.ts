import { ES_DATES, esDays } from "./es_days.ts";
import { esSession } from "./es_session.ts";
import {
  holdsSample,
  makeSample,
  type Sample,
  type SampleOptions,
  type SampleSpec,
} from "./make.ts";

/** The seed of the sample that comes with the project. */
export const ES_SEED = 5;

/** Trades of E-mini S&P 500 futures; see {@link makeEsSample}. */
export const ES_SAMPLE: SampleSpec = {
  names: ES_DATES.map((date) => `ES_trades_${date}.csv.gz`),
  seed: ES_SEED,
  texts: (seed) => {
    const days = esDays(seed);
    return (index) => esSession(seed, index, days[index]);
  },
  unit: "trades",
  about: `
- Sessions: ${ES_DATES.length}, regular hours (08:30 to 15:00 America/Chicago)
- Columns: \`epoch_s\` (UTC, microseconds), \`price\` (ticks of 0.25), \`size\`
  (contracts), \`side\` (aggressor, B or S)

How they are made: orders arrive by a Hawkes process with three time scales on a
U-shaped day; an efficient price with changing volatility runs as a bridge from
open to close; quotes one tick apart follow it with some stickiness; orders lean
to the side that the price is near and to the side hit last; a quarter of them
fill in several trades at one microsecond; sizes fall as a power law with bumps
at round lots.
`,
};

/**
 * Writes a synthetic tape of E-mini S&P 500 trades: 20 regular sessions from
 * 2024-02-26 to 2024-03-22, 08:30 to 15:00 Chicago, about 5 million trades,
 * one gzip CSV a session with the header `epoch_s,price,size,side`. Times are
 * seconds since the epoch with 6 decimals, prices multiples of 0.25, sizes
 * contracts, side the aggressor (`B` or `S`). `SAMPLE.md` is written last.
 *
 * @throws Error with code `store_write` when the directory holds other files;
 * the signal's reason when it aborts.
 */
export function makeEsSample(
  directory: string,
  options: SampleOptions = {},
): Promise<Sample> {
  return makeSample(directory, ES_SAMPLE, options);
}

/** True when `directory` holds a whole sample that {@link makeEsSample} made. */
export function sampleExists(directory: string): Promise<boolean> {
  return holdsSample(directory, ES_SAMPLE);
}
