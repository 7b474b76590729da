import { param, strategy } from "../engine/mod.ts";

/** No order of this side is out. */
const NONE = -1;

/**
 * Rests an order on each side of the book and earns the spread, if both fill.
 * The more it holds, the further back the side stands that would add to it; at
 * its limit that side stands nowhere.
 */
export default strategy({
  params: {
    /** Contracts of an order, and held at most. */
    quantity: param.float({ default: 0.05, min: 0.001 }),
    limit: param.float({ default: 0.5, min: 0.001 }),
    /** Ticks behind the best price, when flat; and more of them at the limit. */
    behind: param.int({ default: 0, min: 0 }),
    skew: param.int({ default: 20, min: 0 }),
    /** Ticks that a better price must be away before an order is moved there. */
    patience: param.int({ default: 2, min: 0 }),
  },
  indicators: ({ bid, ask }) => ({ bid, ask }),
  state: { open: false, buy: NONE, buyAt: 0, sell: NONE, sellAt: 0 },
  onSessionStart(_session, _broker, state) {
    state.open = true;
  },
  onTick({ bid, ask }, broker, state, { params }) {
    if (!state.open) return;
    const { quantity, limit, behind, skew, patience } = params;
    const tick = broker.instrument.tickSize;
    const held = broker.position;
    const lean = Math.round(skew * held / limit);
    const buyAt = priceOf(bid.value, -behind - Math.max(0, lean), tick);
    const sellAt = priceOf(ask.value, behind + Math.max(0, -lean), tick);
    const slack = (patience + 0.5) * tick;

    if (state.buy !== NONE) {
      const off = Math.abs(state.buyAt - buyAt) > slack;
      if (off || held + quantity > limit + DUST) broker.cancel(state.buy);
    } else if (held + quantity <= limit + DUST) {
      state.buyAt = buyAt;
      state.buy = broker.buy(quantity, { limit: buyAt, postOnly: true });
    }
    if (state.sell !== NONE) {
      const off = Math.abs(state.sellAt - sellAt) > slack;
      if (off || held - quantity < -limit - DUST) broker.cancel(state.sell);
    } else if (held - quantity >= -limit - DUST) {
      state.sellAt = sellAt;
      state.sell = broker.sell(quantity, { limit: sellAt, postOnly: true });
    }
  },
  timers: { end: { beforeClose: "2m" } },
  onTimer(_name, broker, state) {
    state.open = false;
    broker.cancelAll();
    broker.flatten();
  },
  onFill({ order, remaining }, _broker, state) {
    if (remaining === 0) forget(order, state);
  },
  onOrder({ order, news }, _broker, state) {
    if (news === "cancelled" || news === "rejected" || news === "expired") {
      forget(order, state);
    }
  },
});

/** Far below any lot, far above rounding. */
const DUST = 1e-9;

function priceOf(best: number, ticks: number, tick: number): number {
  return (Math.round(best / tick) + ticks) * tick;
}

interface Working {
  buy: number;
  buyAt: number;
  sell: number;
  sellAt: number;
}

function forget(order: number, state: Working): void {
  if (order === state.buy) {
    state.buy = NONE;
    state.buyAt = 0;
  } else if (order === state.sell) {
    state.sell = NONE;
    state.sellAt = 0;
  }
}
