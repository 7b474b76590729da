import { ema, param, strategy } from "../engine/mod.ts";

/** Follows two averages of bars; fills on ticks when the pipeline has them. */
export default strategy({
  params: {
    fast: param.int({ default: 10, min: 1 }),
    slow: param.int({ default: 30, min: 2 }),
    quantity: param.int({ default: 1, min: 1 }),
  },
  indicators: ({ close }, { fast, slow }) => ({
    fast: ema(close, fast),
    slow: ema(close, slow),
  }),
  onBar({ fast, slow }, broker, _state, { params }) {
    if (!slow.ready) return;
    broker.target(fast.value > slow.value ? params.quantity : -params.quantity);
  },
});
