import type { FillModel, FillModelOptions, FillSpec } from "./model.ts";
import { Probability } from "./probability.ts";
import { logarithm, powerOf, Queue, riskAverse } from "./queue.ts";
import { Through } from "./through.ts";
import { Touch } from "./touch.ts";
import { VolumeShare } from "./volume_share.ts";

export {
  type FillModel,
  type FillModelOptions,
  type FillSpec,
  sizesNeeded,
} from "./model.ts";

/** The model of a name, with its parameters. */
export function fillModelOf(
  spec: FillSpec,
  options: FillModelOptions,
): FillModel {
  switch (spec.model) {
    case "next_tick":
    case "touch":
    case "one_tick":
      return new Touch(spec.model, options);
    case "through":
      return new Through(options);
    case "volume_share":
      return new VolumeShare(spec.share, options);
    case "probability":
      return new Probability(spec, options);
    case "queue":
      return new Queue(
        spec.cancels === "risk_averse"
          ? riskAverse
          : spec.cancels === "log"
          ? logarithm
          : powerOf(spec.exponent),
        options,
      );
  }
}
