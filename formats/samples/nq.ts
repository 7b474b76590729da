import { Arrivals } from "./es_arrivals.ts";
import { ES_DATES, esDays, SESSION_SECONDS } from "./es_days.ts";
import { ES_SEED } from "./es.ts";
import { esSession } from "./es_session.ts";
import type { SampleSpec } from "./make.ts";
import { decay, Random } from "./random.ts";
import { drawSize } from "./sizes.ts";
import { type FileText, TextWriter } from "./text_writer.ts";

/** Trades of a session, about. */
const TRADES = 60_000;
/** Points of NQ for a point of ES, and where the line goes through. */
export const NQ_LINE = { slope: 4.25, es: 5165, nq: 18_050 } as const;
/** How far NQ strays from that line (deviation, points), and for how long. */
const STRAY = { deviation: 6, seconds: 240 };
const LAG = 40_000;
const END = SESSION_SECONDS * 1e6;

/** Trades of E-mini Nasdaq-100 futures, around the ES sample's own path. */
export const NQ_SAMPLE: SampleSpec = {
  names: ES_DATES.map((date) => `NQ_trades_${date}.csv.gz`),
  seed: ES_SEED,
  texts: (seed) => (index) => nqSession(seed, index),
  unit: "trades",
  about: `
- Sessions: ${ES_DATES.length}, those of the sample \`es\` with the same seed
- Columns: \`epoch_s\` (UTC, microseconds), \`price\` (ticks of 0.25), \`size\`
  (contracts), \`side\` (aggressor, B or S)

How they are made: the efficient price is ${NQ_LINE.nq} + ${NQ_LINE.slope}·(ES - ${NQ_LINE.es})
of the last ES trade 40 ms ago, and a distance that reverts to 0 (an
Ornstein-Uhlenbeck process with a deviation of ${STRAY.deviation} points and a time of
${STRAY.seconds} s). Orders arrive by a Hawkes process and hit quotes two ticks apart
around it.
`,
};

/** One session's trades of NQ: it strays from a line through ES and comes back. */
export function nqSession(seed: number, index: number): FileText {
  const day = esDays(seed)[index];
  const es = new EsPath(esSession(seed, index, day), day.open_s);
  const random = new Random(seed, 1000 + index);
  const arrivals = new Arrivals(random, TRADES);
  const writer = new TextWriter("epoch_s,price,size,side", TRADES);
  let stray = STRAY.deviation * random.normal();
  let before = 0;
  let bid = -Infinity;
  let buy = true;
  for (let t = arrivals.next(); t < END; t = arrivals.next()) {
    const kept = decay((t - before) / 1e6 / STRAY.seconds);
    stray = stray * kept +
      STRAY.deviation * Math.sqrt(1 - kept * kept) * random.normal();
    before = t;
    const line = NQ_LINE.nq + NQ_LINE.slope * (es.at(t - LAG) - NQ_LINE.es);
    // In ticks of 0.25; the ask is two above the bid.
    const value = 4 * (line + stray);
    if (!(value > bid - 1 && value < bid + 3)) bid = Math.floor(value) - 1;
    if (random.uniform() > 0.6) {
      buy = random.uniform() < 0.5 + 0.2 * (value - bid - 1);
    }
    writer.line(day.open_s, Math.floor(t));
    writer.number(25 * (buy ? bid + 2 : bid), 2);
    writer.number(drawSize(random));
    writer.letter(buy ? "B" : "S");
    writer.end();
  }
  return writer.text();
}

/** Prices of a session's ES trades, read in order of time. */
class EsPath {
  readonly #bytes: Uint8Array;
  readonly #open_s: number;
  #at: number;
  /** The trade that counts now, and the next one. */
  #price = NaN;
  #nextTime = 0;
  #nextPrice = NaN;

  constructor({ bytes }: FileText, open_s: number) {
    this.#bytes = bytes;
    this.#open_s = open_s;
    this.#at = bytes.indexOf(10) + 1;
    this.#read();
    this.#price = this.#nextPrice;
  }

  /** The price of the last trade at or before `micros`; the first one's before it. */
  at(micros: number): number {
    while (this.#nextTime <= micros) {
      this.#price = this.#nextPrice;
      this.#read();
    }
    return this.#price;
  }

  #read(): void {
    if (this.#at >= this.#bytes.length) {
      this.#nextTime = Infinity;
      return;
    }
    const seconds = this.#digits() - this.#open_s;
    this.#nextTime = seconds * 1e6 + this.#digits();
    this.#nextPrice = this.#digits() + this.#digits() / 100;
    while (this.#bytes[this.#at++] !== 10);
  }

  #digits(): number {
    let value = 0;
    while (this.#bytes[this.#at] >= 48) {
      value = value * 10 + this.#bytes[this.#at++] - 48;
    }
    this.#at++;
    return value;
  }
}
