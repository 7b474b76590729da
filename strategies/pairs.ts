import { param, strategy } from "../engine/mod.ts";

/** Samples that are kept: an hour of them, five seconds apart. */
const SAMPLES = 720;
const EVERY = 5e9;

/**
 * Trades the distance between two instruments that move together: sells the
 * one that is dear and buys the other when `second - slope · first` is far from
 * its mean, and closes both when it is back.
 */
export default strategy({
  params: {
    /** Points of the second for a point of the first. */
    slope: param.float({ default: 4.25 }),
    /** Contracts of each leg. */
    first: param.int({ default: 7, min: 1 }),
    second: param.int({ default: 4, min: 1 }),
    /** Samples of the distance, five seconds apart, that the mean is made of. */
    window: param.int({ default: 240, min: 10, max: SAMPLES }),
    /** Deviations from the mean at which it opens, and closes. */
    enter: param.float({ default: 2.5, min: 0 }),
    leave: param.float({ default: 0.25, min: 0 }),
  },
  inputs: { first: "ticks", second: "ticks" },
  indicators: ({ first, second }) => ({
    first: first.price,
    second: second.price,
  }),
  state: {
    open: false,
    seen: 0,
    side: 0,
    ring: Array<number>(SAMPLES).fill(0),
  },
  onSessionStart(_session, _broker, state) {
    state.open = true;
  },
  timers: { sample: { every: EVERY }, end: { beforeClose: "2m" } },
  onTimer(name, broker, state, { params, time }, { first, second }) {
    const one = broker;
    const other = broker.of("NQ");
    if (name === "end") {
      // The next session begins with a mean of its own.
      state.open = false;
      state.seen = state.side = 0;
      state.ring.fill(0);
      one.target(0);
      other.target(0);
      return;
    }
    if (!state.open || !first.ready || !second.ready) return;
    const { window } = params;
    const distance = second.value - params.slope * first.value;
    state.ring[Math.round(time / EVERY) % window] = distance;
    state.seen = Math.min(window, state.seen + 1);
    if (state.seen < window) return;

    let sum = 0;
    for (let i = 0; i < window; i++) sum += state.ring[i];
    const mean = sum / window;
    let squares = 0;
    for (let i = 0; i < window; i++) squares += (state.ring[i] - mean) ** 2;
    const deviation = Math.sqrt(squares / window);
    if (!(deviation > 0)) return;

    const score = (distance - mean) / deviation;
    if (state.side === 0 && Math.abs(score) > params.enter) {
      state.side = -Math.sign(score);
    } else if (state.side * score > -params.leave) state.side = 0;
    other.target(state.side * params.second);
    one.target(-state.side * params.first);
  },
});
