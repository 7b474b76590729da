import {
  abs,
  bollinger,
  dema,
  diff,
  ema,
  macd,
  max,
  min,
  param,
  roc,
  rsi,
  sma,
  std,
  strategy,
  vwap,
  wma,
  zscore,
} from "../engine/mod.ts";

/**
 * Fifteen indicators of every trade. Two say whether it is worth looking, the
 * others have twelve votes; enough of them open a position, a majority against
 * it closes it.
 */
export default strategy({
  params: {
    fast: param.int({ default: 20, min: 2 }),
    slow: param.int({ default: 100, min: 3 }),
    /** Votes, for less against, that open a position. */
    enter: param.int({ default: 9, min: 1, max: 12 }),
    /** Deviation of the price, in ticks, below which nothing is opened. */
    least: param.float({ default: 1, min: 0 }),
    quantity: param.int({ default: 1, min: 1 }),
  },
  indicators: ({ price, size }, { fast, slow }) => ({
    price,
    sma: sma(price, slow),
    ema: ema(price, fast),
    wma: wma(price, fast),
    dema: dema(price, slow),
    rsi: rsi(price, fast),
    macd: macd(price).histogram,
    percentB: bollinger(price, { length: slow }).percentB,
    zscore: zscore(price, fast),
    roc: roc(price, slow),
    highest: max(price, slow),
    lowest: min(price, slow),
    vwap: vwap({ price, size }, slow),
    volume: sma(size, slow),
    size,
    // Fourteen and fifteen decide whether the others are asked.
    deviation: std(price, slow),
    range: sma(abs(diff(price)), slow),
  }),
  onTick(x, broker, _state, { params }) {
    if (!x.dema.ready) return;
    const { goal } = broker;
    const moving = x.deviation.value >=
        params.least * broker.instrument.tickSize && x.range.value > 0;
    if (goal === 0 && !moving) return;
    const price = x.price.value;
    const middle = x.sma.value;
    const average = x.ema.value;
    // Sums of truths instead of branches, which a processor cannot foresee.
    const rising = Number(price > middle) + Number(average > middle) +
      Number(x.wma.value > average) + Number(x.dema.value > middle) +
      Number(x.rsi.value > 50) + Number(x.macd.value > 0) +
      Number(x.percentB.value > 0.5) + Number(x.zscore.value > 0) +
      Number(x.roc.value > 0) + Number(price > x.vwap.value);
    const votes = 2 * rising - 10 +
      Number(price >= x.highest.value) - Number(price <= x.lowest.value) +
      Number(x.size.value > x.volume.value) * (2 * Number(price > average) - 1);
    if (goal === 0) {
      if (votes >= params.enter) broker.target(params.quantity);
      else if (votes <= -params.enter) broker.target(-params.quantity);
    } else if (votes * goal < 0) broker.target(0);
  },
});
