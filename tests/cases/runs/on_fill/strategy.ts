import { strategy } from "../../../../engine/mod.ts";

/** Sells what it bought as soon as it knows of the fill. */
export default strategy({
  indicators: ({ price }) => ({ price }),
  state: { seen: 0, filledBefore: 0 },
  onFill(fill, broker, state) {
    // The fill is known before the tick that caused it is seen.
    state.filledBefore = state.seen;
    if (fill.side === 1) broker.sell(fill.quantity);
  },
  onTick(_series, broker, state) {
    state.seen++;
    if (state.seen === 1) broker.buy(3);
    if (state.seen === 4 && state.filledBefore === 2) broker.buy(1);
  },
});
