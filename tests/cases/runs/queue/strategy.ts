import { strategy } from "../../../../engine/mod.ts";

/** One bid, and a market order to leave. */
export default strategy({
  inputs: { quotes: "ticks", trades: "ticks" },
  indicators: ({ quotes }) => ({ bid: quotes.bid }),
  state: { seen: 0, left: false },
  onTick(_series, broker, state) {
    if (state.seen++ === 0) broker.buy(5, { limit: 100, postOnly: true });
  },
  onFill({ remaining, side }, broker) {
    if (side > 0 && remaining === 0) broker.sell(5);
  },
});
