import { bollinger, mid, param, spread, strategy } from "../engine/mod.ts";

/**
 * Buys below the lower Bollinger band of the quotes' middle, sells above the
 * upper one, and leaves at the mean. Only while the spread is small beside the
 * bands, and never for longer than a while.
 */
export default strategy({
  params: {
    length: param.int({ default: 600, min: 2 }),
    width: param.float({ default: 3, min: 0.1 }),
    /** Least distance from the mean to a band, in spreads. */
    worth: param.float({ default: 3, min: 0 }),
    /** Seconds after which a position is given up. */
    patience: param.int({ default: 600, min: 1 }),
    quantity: param.float({ default: 100_000, min: 1 }),
  },
  indicators: (quotes, { length, width }) => {
    const middle = mid(quotes);
    const bands = bollinger(middle, { length, width });
    return {
      ask: quotes.ask,
      bid: quotes.bid,
      middle,
      spread: spread(quotes),
      mean: bands.middle,
      upper: bands.upper,
      lower: bands.lower,
    };
  },
  state: { since: 0 },
  onTick(x, broker, state, { time, params }) {
    if (!x.mean.ready) return;
    const { goal } = broker;
    const middle = x.middle.value;
    if (goal !== 0) {
      const back = goal > 0 ? middle >= x.mean.value : middle <= x.mean.value;
      if (back || time - state.since > params.patience * 1e9) {
        state.since = 0;
        broker.target(0);
      }
      return;
    }
    const room = x.upper.value - x.mean.value;
    if (room < params.worth * x.spread.value) return;
    if (x.ask.value < x.lower.value) broker.target(params.quantity);
    else if (x.bid.value > x.upper.value) broker.target(-params.quantity);
    if (broker.goal !== 0) state.since = time;
  },
  timers: { end: { beforeClose: "1m" } },
  onTimer(_name, _broker, state) {
    state.since = 0;
  },
});
