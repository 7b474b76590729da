import { param, strategy } from "../engine/mod.ts";

const MINUTE = 60e9;
/** `state.phase`: the range is still made, or the orders are out. */
const MAKING = 1;
const DONE = 0;

/**
 * Waits for the range of a session's first minutes, and follows the price out
 * of it: a buy stop above and a sell stop below, each with a target and a stop
 * of its own. The first that fills cancels the other.
 */
export default strategy({
  params: {
    minutes: param.int({ default: 15, min: 1, max: 240 }),
    /** Distances from the entry, in parts of the range. */
    target: param.float({ default: 1, min: 0.01 }),
    stop: param.float({ default: 0.5, min: 0.01 }),
    quantity: param.int({ default: 1, min: 1 }),
  },
  indicators: ({ price }) => ({ price }),
  state: { phase: DONE, until: 0, high: 0, low: 0 },
  onSessionStart({ open }, _broker, state, { params }) {
    state.phase = MAKING;
    state.until = open + params.minutes * MINUTE;
    state.high = -Infinity;
    state.low = Infinity;
  },
  onTick({ price }, broker, state, { time, params }) {
    if (state.phase === DONE) return;
    const { high, low } = state;
    if (time < state.until) {
      if (price.value > high) state.high = price.value;
      if (price.value < low) state.low = price.value;
      return;
    }
    state.phase = DONE;
    if (!(high > low)) return;
    const tick = broker.instrument.tickSize;
    const steps = (part: number) =>
      Math.max(1, Math.round(part * (high - low) / tick)) * tick;
    const target = steps(params.target);
    const stop = steps(params.stop);
    const above = high + tick;
    const below = low - tick;
    const buy = broker.buy(params.quantity, {
      stop: above,
      tif: "day",
      takeProfit: above + target,
      stopLoss: above - stop,
    });
    const sell = broker.sell(params.quantity, {
      stop: below,
      tif: "day",
      takeProfit: below - target,
      stopLoss: below + stop,
    });
    broker.oco(buy, sell);
  },
  timers: { end: { beforeClose: "1m" } },
  onTimer(_name, _broker, state) {
    // The next session owes nothing to this one.
    state.phase = DONE;
    state.until = state.high = state.low = 0;
  },
});
