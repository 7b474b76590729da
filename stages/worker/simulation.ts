import type { Delay } from "../../engine/broker/latency.ts";
import {
  simulationOf,
  type SimulationSpec,
} from "../../engine/broker/simulation.ts";
import type { FillSpec } from "../../engine/fills/model.ts";
import { parseDuration } from "../../pipeline/contract/mod.ts";
import { rateOf } from "../rate.ts";
import type { SimulationConfig } from "./simulation_keys.ts";

/** The simulation that a worker's keys describe. */
export function simulationFrom(config: SimulationConfig): SimulationSpec {
  const { fills, latency } = config;
  return simulationOf({
    fills: typeof fills === "string" ? namedFills(fills) : fills,
    latency: isDelay(latency) ? alike(latency) : {
      entry: delayFrom(latency.entry),
      cancel: delayFrom(latency.cancel),
      notice: delayFrom(latency.notice),
    },
    slippage: {
      ticks: config.slippage_ticks,
      ticksPerContract: config.slippage_ticks_per_contract,
      rate: rateOf(config.slippage_rate),
    },
    mark: config.mark,
    positions: config.positions,
  });
}

function namedFills(model: FillSpec["model"]): FillSpec {
  switch (model) {
    case "queue":
      return { model, cancels: "risk_averse", exponent: 1 };
    case "volume_share":
      return { model, share: 0.1 };
    case "probability":
      return { model, limit: 1, slip: 0 };
    default:
      return { model };
  }
}

type DelayConfig = Exclude<
  SimulationConfig["latency"],
  { readonly entry: unknown }
>;

function isDelay(
  latency: SimulationConfig["latency"],
): latency is DelayConfig {
  return typeof latency === "string" || "from" in latency ||
    "column" in latency;
}

/** One delay for all three ways. */
function alike(delay: DelayConfig): SimulationSpec["latency"] {
  const all = delayFrom(delay);
  return { entry: all, cancel: all, notice: all };
}

function delayFrom(delay: DelayConfig): Delay {
  if (typeof delay === "string") {
    return { kind: "constant", ns: parseDuration(delay) ?? 0 };
  }
  if ("column" in delay) return { kind: "column", column: delay.column };
  return {
    kind: "uniform",
    from: parseDuration(delay.from) ?? 0,
    to: parseDuration(delay.to) ?? 0,
  };
}
