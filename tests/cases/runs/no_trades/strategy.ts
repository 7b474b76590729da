import { strategy } from "../../../../engine/mod.ts";

/** Orders by the number of the tick, so that every fill can be told by hand. */
export default strategy({
  indicators: ({ price }) => ({ price }),
  state: { seen: 0 },
  onTick(_series, broker, state) {
    state.seen++;
    if (state.seen === 100) broker.buy(1);
  },
});
