import type { FillSpec } from "../fills/mod.ts";
import { type LatencySpec, NO_LATENCY } from "./latency.ts";
import type { MarkRule } from "./market.ts";
import type { PositionMethod } from "./position.ts";

/** What an order that takes pays beside the price that it meets. */
export interface SlippageSpec {
  readonly ticks: number;
  /** Ticks for each contract of the fill. */
  readonly ticksPerContract: number;
  /** Fraction of the price. */
  readonly rate: number;
}

/** How the market is simulated: the same for all instruments of a run. */
export interface SimulationSpec {
  readonly fills: FillSpec;
  readonly latency: LatencySpec;
  readonly slippage: SlippageSpec;
  readonly mark: MarkRule;
  readonly positions: PositionMethod;
}

/** A simulation with what was left out filled in. */
export function simulationOf(
  given: Partial<SimulationSpec> = {},
): SimulationSpec {
  return {
    fills: { model: "touch" },
    latency: NO_LATENCY,
    slippage: { ticks: 0, ticksPerContract: 0, rate: 0 },
    mark: "auto",
    positions: "average",
    ...given,
  };
}
