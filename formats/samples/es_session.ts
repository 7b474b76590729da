import { Arrivals } from "./es_arrivals.ts";
import { type EsDay, SESSION_SECONDS } from "./es_days.ts";
import { grow, Random } from "./random.ts";
import { drawSize } from "./sizes.ts";
import { type FileText, TextWriter } from "./text_writer.ts";

/** Part of the orders that fill in several trades at one instant, and how they go on. */
const SWEEP = { starts: 0.27, goes_on: 0.5, next_level: 0.03 };
/** Part of the orders that go against the flow, alone. */
const LONE = 0.08;
const FILLS_PER_ORDER = 1 + (1 - LONE) * SWEEP.starts / (1 - SWEEP.goes_on);
/** How likely the flow is to go on as it was, whatever the price says. */
const PERSISTENCE = 0.65;

/** How far beyond the touch the efficient price goes before the quotes follow, in ticks. */
const STICKY = 0.45;
const END = SESSION_SECONDS * 1e6;
const LAST_STRETCH = 120e6;

/**
 * One session's trades. An efficient price wanders with changing volatility
 * from the open to the day's close; quotes one tick apart follow it with some
 * stickiness, and orders hit one side or the other, more often the side that
 * the efficient price is near and the side that was hit last. So trades bounce
 * between bid and ask while the price itself hardly turns back.
 */
export function esSession(
  seed: number,
  index: number,
  day: EsDay,
): FileText {
  const random = new Random(seed, index + 1);
  const orders = day.trades / FILLS_PER_ORDER;
  const arrivals = new Arrivals(random, orders);
  const writer = new TextWriter("epoch_s,price,size,side", day.trades);
  const step = day.deviation / Math.sqrt(orders);
  let value = day.open_price + 0.5;
  let bid = day.open_price;
  let buy = true;
  let heat = 0;
  let minute = -1;
  let scale = step;
  let before = 0;
  let micros = 0;
  const add = (price: number, bought: boolean) => {
    writer.line(day.open_s, micros);
    writer.number(25 * price, 2);
    writer.number(drawSize(random));
    writer.letter(bought ? "B" : "S");
    writer.end();
  };
  for (;;) {
    const t = arrivals.next();
    if (t >= END) break;
    if (Math.floor(t / 60e6) !== minute) {
      minute = Math.floor(t / 60e6);
      heat = 0.95 * heat + 0.11 * random.normal();
      scale = step * grow(heat + 0.3 * arrivals.mood - 0.08);
    }
    const left = END - t > LAST_STRETCH ? END - t : LAST_STRETCH;
    value += (day.close_price + 0.5 - value) * (t - before) / left;
    value += scale * random.normal();
    before = t;
    while (value > bid + 1 + STICKY) bid++;
    while (value < bid - STICKY) bid--;

    micros = Math.floor(t);
    if (random.uniform() < LONE) {
      add(buy ? bid : bid + 1, !buy);
      continue;
    }
    if (random.uniform() > PERSISTENCE) {
      const lean = 0.5 + 0.75 * (value - bid - 0.5);
      buy = random.uniform() < lean;
    }
    const direction = buy ? 1 : -1;
    let price = buy ? bid + 1 : bid;
    add(price, buy);
    if (random.uniform() >= SWEEP.starts) continue;
    do {
      if (random.uniform() < SWEEP.next_level) {
        price += direction;
        value += 0.5 * direction;
      }
      add(price, buy);
    } while (random.uniform() < SWEEP.goes_on);
  }
  return writer.text();
}
