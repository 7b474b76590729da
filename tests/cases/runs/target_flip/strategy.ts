import { strategy } from "../../../../engine/mod.ts";

/** Long above 100, short below; asks for it on every tick. */
export default strategy({
  indicators: ({ price }) => ({ price }),
  onTick({ price }, broker) {
    broker.target(price.value > 100 ? 1 : -1);
  },
});
