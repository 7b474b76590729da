import { strategy } from "../../../../engine/mod.ts";

/** Wants to be long, always. */
export default strategy({
  indicators: ({ price }) => ({ price }),
  onTick(_series, broker) {
    broker.target(1);
  },
});
