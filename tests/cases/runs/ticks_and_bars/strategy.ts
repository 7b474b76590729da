import { strategy } from "../../../../engine/mod.ts";

/** Buys when the first bar is known, sells when the third is. */
export default strategy({
  indicators: ({ close, high, low, volume }) => ({ close, high, low, volume }),
  state: { seen: 0 },
  onBar({ close, high }, broker, state) {
    state.seen++;
    if (state.seen === 1 && close.value === 100.5 && high.value === 101) {
      broker.buy(1);
    }
    if (state.seen === 3 && close.value === 102.5) broker.sell(1);
  },
});
