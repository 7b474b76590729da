import type { Series } from "../series/series.ts";
import { derive } from "../series/graph.ts";
import { SinceOpen } from "./session.ts";
import type { Trades } from "./sources.ts";

export interface ObvOptions {
  /**
   * When it begins again from 0: at each session's open (the default), or never.
   * What never begins again never forgets, so slices run one after the other.
   */
  readonly reset?: "session" | "never";
}

/**
 * On-balance volume: the sum of sizes at which the price rose, less those at
 * which it fell, from one row to the next (Joseph Granville, 1963). 0 on the
 * first row of a session (TA-Lib OBV begins with the first volume, and never
 * begins again). Ready at once; a NaN counts nothing.
 */
export function obv(
  { price, size }: Trades,
  { reset = "session" }: ObvOptions = {},
): Series {
  const kernel = reset === "never" ? new EndlessObv() : new SessionObv();
  return derive(kernel, price, size, price.owner.time);
}

class SessionObv extends SinceOpen {
  readonly name: string = "session_obv";

  constructor(forgets = true) {
    super(1, forgets);
  }

  protected override within(
    [price, size]: readonly Float64Array[],
    out: Float64Array,
    kept: Float64Array,
    from: number,
    to: number,
    begins: boolean,
  ): void {
    let volume = kept[0];
    let i = from;
    if (begins) {
      out[i] = 0 * price[i];
      i++;
    }
    for (; i < to; i++) {
      const change = price[i] - price[i - 1];
      const side = Number(change > 0) - Number(change < 0);
      const added = (side + 0 * change) * size[i];
      if (added === added) volume += added;
      out[i] = price[i] === price[i] ? volume : NaN;
    }
    kept[0] = volume;
  }
}

class EndlessObv extends SessionObv {
  override readonly name = "obv";

  constructor() {
    super(false);
  }

  override advance(
    ...[inputs, out, state, span]: Parameters<SessionObv["advance"]>
  ): void {
    super.advance(inputs, out, state, { ...span, opens: NO_OPENS });
  }
}

const NO_OPENS = new Float64Array(0);
