import type { SampleSpec } from "./make.ts";
import { grow, Random } from "./random.ts";
import { type FileText, TextWriter } from "./text_writer.ts";

/** UTC days. */
export const BTC_DATES: readonly string[] = [5, 6, 7, 8, 9, 10]
  .map((day) => `2024-08-${String(day).padStart(2, "0")}`);

export const BTC_SEED = 3;

/** What happens in a day, about; and how often it is what. */
const EVENTS = 250_000;
const CHANCE = { move: 0.05, trade: 0.23 };
const DAY = 86_400e6;
/** Mean size of a move, in steps of 0.1. */
const MOVE = 12;
/** What the queue at a best price tends to, in lots of 0.001. */
const USUAL = 3000;

const ABOUT = `
- Days: ${BTC_DATES.length}, UTC
- Trades: \`epoch_s\` (UTC, microseconds), \`price\` (steps of 0.1), \`size\` (BTC,
  lots of 0.001), \`side\` (aggressor, B or S)
- Quotes: \`epoch_s\`, \`bid\`, \`ask\`, \`bid_size\`, \`ask_size\` after each change

The samples \`btc-trades\` and \`btc-quotes\` are two views of one market: a trade
takes from the size shown at the best price, and the quote of the same time shows
what is left.

How it is made: at the best prices, orders join the queues, are cancelled, and
are hit by others that lean to the thinner side; a queue that is gone moves the
quotes by a step; now and then the price moves further, and trades sweep the book
on its way.
`;

/** Trades of BTC/USDT, taking from the quotes of {@link BTC_QUOTES}. */
export const BTC_TRADES: SampleSpec = {
  names: BTC_DATES.map((date) => `BTCUSDT_trades_${date}.csv.gz`),
  seed: BTC_SEED,
  texts: (seed) => (index) => btcDay(seed, index).trades,
  unit: "trades",
  about: ABOUT,
};

/** Best quotes of BTC/USDT. */
export const BTC_QUOTES: SampleSpec = {
  names: BTC_DATES.map((date) => `BTCUSDT_quotes_${date}.csv.gz`),
  seed: BTC_SEED,
  texts: (seed) => (index) => btcDay(seed, index).quotes,
  unit: "quotes",
  about: ABOUT,
};

/** One UTC day of a market: trades, and the best quotes after each event. */
export function btcDay(
  seed: number,
  index: number,
): { readonly trades: FileText; readonly quotes: FileText } {
  const book = new Book(new Random(seed, index + 1), BTC_DATES[index]);
  book.run(levelAt(seed, index));
  return { trades: book.trades.text(), quotes: book.quotes.text() };
}

/** Where a day begins, in steps of 0.1. */
function levelAt(seed: number, index: number): number {
  const random = new Random(seed, 0);
  let level = 560_000;
  for (let i = 0; i < index; i++) level += Math.round(6000 * random.normal());
  return level;
}

/** The two queues at the best prices. Prices in steps of 0.1, sizes in lots. */
class Book {
  readonly trades: TextWriter;
  readonly quotes: TextWriter;
  readonly #random: Random;
  readonly #base_s: number;
  #micros = 0;
  #bid = 0;
  #ask = 0;
  #bidSize = 0;
  #askSize = 0;

  constructor(random: Random, date: string) {
    this.#random = random;
    this.#base_s = Date.parse(`${date}T00:00Z`) / 1000;
    this.trades = new TextWriter("epoch_s,price,size,side", EVENTS / 2);
    this.quotes = new TextWriter("epoch_s,bid,ask,bid_size,ask_size", EVENTS);
  }

  run(level: number): void {
    const random = this.#random;
    this.#bid = level;
    this.#ask = level + 1;
    this.#bidSize = this.#fresh();
    this.#askSize = this.#fresh();
    let heat = 0;
    let minute = -1;
    for (let t = 0;;) {
      t += random.exponential() * DAY / EVENTS / grow(heat);
      if (t >= DAY) return;
      this.#micros = Math.floor(t);
      if (Math.floor(t / 60e6) !== minute) {
        minute = Math.floor(t / 60e6);
        heat = 0.95 * heat + 0.15 * random.normal();
      }
      const what = random.uniform();
      if (what < CHANCE.move) this.#move(random.uniform() < 0.5, heat);
      else if (what < CHANCE.trade) this.#hit();
      else this.#queue(random.uniform() < 0.5);
      this.quotes.line(this.#base_s, this.#micros);
      this.quotes.number(this.#bid, 1);
      this.quotes.number(this.#ask, 1);
      this.quotes.number(this.#bidSize, 3);
      this.quotes.number(this.#askSize, 3);
      this.quotes.end();
    }
  }

  /** Someone takes, more often where less stands. */
  #hit(): void {
    const random = this.#random;
    const bought = this.#bidSize / (this.#bidSize + this.#askSize);
    const buy = random.uniform() < 0.25 + 0.5 * bought;
    let left = 1 +
      Math.floor(250 * random.exponential() * random.exponential());
    if (random.uniform() < 0.03) left *= 12;
    while (left > 0) {
      const shown = buy ? this.#askSize : this.#bidSize;
      const taken = Math.min(left, shown);
      this.#trade(buy, taken);
      left -= taken;
      if (taken === shown) this.#gone(buy, 1);
      else if (buy) this.#askSize -= taken;
      else this.#bidSize -= taken;
    }
  }

  /** The price goes further: what is shown is taken, and the quotes jump. */
  #move(up: boolean, heat: number): void {
    const random = this.#random;
    const steps = 1 + Math.floor(MOVE * grow(heat) * random.exponential());
    this.#trade(up, up ? this.#askSize : this.#bidSize);
    this.#gone(up, steps);
    if (up) this.#bid = this.#ask - 1;
    else this.#ask = this.#bid + 1;
    this.#bidSize = this.#fresh();
    this.#askSize = this.#fresh();
  }

  /** Orders join a queue, or leave it. */
  #queue(bids: boolean): void {
    const random = this.#random;
    if (this.#ask - this.#bid > 1 && random.uniform() < 0.5) {
      const size = 1 + Math.floor(0.3 * this.#fresh());
      if (bids) {
        this.#bid++;
        this.#bidSize = size;
      } else {
        this.#ask--;
        this.#askSize = size;
      }
      return;
    }
    const size = bids ? this.#bidSize : this.#askSize;
    const joins = random.uniform() < USUAL / (USUAL + size);
    const by = 1 + Math.floor(400 * random.exponential());
    const next = joins ? size + by : size - by;
    if (next <= 0) this.#gone(!bids, 1);
    else if (bids) this.#bidSize = next;
    else this.#askSize = next;
  }

  /** A best price has nothing left: the next one is `steps` away. */
  #gone(asks: boolean, steps: number): void {
    if (asks) {
      this.#ask += steps;
      this.#askSize = this.#fresh();
    } else {
      this.#bid -= steps;
      this.#bidSize = this.#fresh();
    }
  }

  #trade(buy: boolean, size: number): void {
    this.trades.line(this.#base_s, this.#micros);
    this.trades.number(buy ? this.#ask : this.#bid, 1);
    this.trades.number(size, 3);
    this.trades.letter(buy ? "B" : "S");
    this.trades.end();
  }

  #fresh(): number {
    return 200 + Math.floor(USUAL * this.#random.exponential());
  }
}
