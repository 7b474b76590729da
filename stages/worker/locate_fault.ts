import type { Whereabouts } from "../../engine/host.ts";
import { FaultError, isFaultCode } from "../../pipeline/contract/mod.ts";
import { userFrame } from "../user_frame.ts";
import { causeOf } from "./cause.ts";

/** Where a strategy was when it threw. */
export interface Scene {
  readonly stage: string;
  readonly slice: number;
  /** The strategy's URL. */
  readonly module: string;
  readonly at: Whereabouts;
  readonly origin: bigint;
}

/** Puts slice, tick, time and the strategy's own line to what it threw. */
export function locateFault(error: unknown, scene: Scene): FaultError {
  const { at, stage, slice, module, origin } = scene;
  const { message, code, hint, stack } = causeOf(error);
  const time = Temporal.Instant.fromEpochNanoseconds(
    origin + BigInt(Number.isFinite(at.time) ? at.time : 0),
  );
  const frame = userFrame(stack, module);
  // What was thrown without passing through the strategy is not its doing.
  const ours = stack !== undefined && frame === undefined;
  return new FaultError({
    code: isFaultCode(code) ? code : ours ? "internal" : "strategy_threw",
    message,
    stage,
    slice,
    tick: at.tick,
    time: time.toString({ fractionalSecondDigits: 9 }),
    ...(ours ? {} : { file: module, ...frame }),
    ...(hint === undefined ? {} : { hint }),
    ...(stack === undefined ? {} : { stack }),
  }, { cause: error });
}
