import { crossing, param, sma, strategy } from "../engine/mod.ts";

/** Long while the fast average is above the slow one, short while below. */
export default strategy({
  params: {
    fast: param.int({ default: 50, min: 1 }),
    slow: param.int({ default: 500, min: 2 }),
    quantity: param.int({ default: 1, min: 1 }),
  },
  indicators({ price }, params) {
    const fast = sma(price, params.fast);
    const slow = sma(price, params.slow);
    return { fast, slow, cross: crossing(fast, slow) };
  },
  wakeOn: "cross",
  onTick({ fast, slow }, broker, _state, { params }) {
    if (!slow.ready || !fast.ready) return;
    const difference = fast.value - slow.value;
    if (difference > 0) broker.target(params.quantity);
    else if (difference < 0) broker.target(-params.quantity);
  },
});
