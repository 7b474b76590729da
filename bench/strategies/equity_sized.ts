import { param, sma, strategy } from "../../engine/mod.ts";

/**
 * A cross whose size is a share of the equity: what it has won or lost decides
 * what it trades, so nothing of its past is ever forgotten.
 */
export default strategy({
  params: {
    fast: param.int({ default: 50, min: 1 }),
    slow: param.int({ default: 500, min: 2 }),
    share: param.float({ default: 2, min: 0 }),
  },
  indicators: ({ price }, { fast, slow }) => ({
    price,
    fast: sma(price, fast),
    slow: sma(price, slow),
  }),
  onTick({ price, fast, slow }, broker, _state, { params }) {
    if (!slow.ready) return;
    const side = Math.sign(fast.value - slow.value);
    if (side === 0 || side === Math.sign(broker.goal)) return;
    const value = price.value * broker.instrument.multiplier;
    broker.target(
      side * Math.floor(params.share * broker.account.equity / value),
    );
  },
});
