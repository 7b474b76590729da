import { strategy } from "../../../../engine/mod.ts";

/** Long the first instrument, short the second, once both have a price. */
export default strategy({
  inputs: { es: "ticks", nq: "ticks" },
  indicators: ({ es, nq }) => ({ es: es.price, nq: nq.price }),
  state: { seen: 0 },
  onTick(_series, broker, state) {
    state.seen++;
    if (state.seen === 2) {
      broker.buy(1);
      broker.of("NQ").sell(2);
    }
    if (state.seen === 5) {
      broker.flatten();
      broker.of("NQ").flatten();
    }
  },
});
