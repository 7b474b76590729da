import { param, strategy } from "../../../../engine/mod.ts";

/** Orders by the number of the tick. */
export default strategy({
  params: { quantity: param.int({ default: 1, min: 1 }) },
  indicators: ({ price }) => ({ price }),
  state: { seen: 0 },
  onTick(_series, broker, state, { params }) {
    state.seen++;
    if (state.seen === 1) broker.buy(params.quantity);
    if (state.seen === 4) broker.sell(params.quantity);
  },
});
