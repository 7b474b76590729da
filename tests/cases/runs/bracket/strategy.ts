import { strategy } from "../../../../engine/mod.ts";

/** One bracket, sent on the first tick. */
export default strategy({
  indicators: ({ price }) => ({ price }),
  state: { seen: 0 },
  onTick(_series, broker, state) {
    if (state.seen++ > 0) return;
    broker.buy(2, { limit: 100, takeProfit: 101, stopLoss: 99 });
  },
});
