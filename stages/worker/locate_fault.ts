import type { Whereabouts } from "../../engine/host.ts";
import { FaultError, isFaultCode } from "../../pipeline/contract/mod.ts";
import { userFrame } from "../user_frame.ts";

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
  const cause = error instanceof Error ? error : new Error(String(error));
  const { code, hint } = outOfBounds(cause) ??
    cause as { code?: unknown; hint?: string };
  const time = Temporal.Instant.fromEpochNanoseconds(
    origin + BigInt(Number.isFinite(at.time) ? at.time : 0),
  );
  return new FaultError({
    code: isFaultCode(code) ? code : "strategy_threw",
    message: cause.message.replace(/, run again with .*$/, ""),
    stage,
    slice,
    tick: at.tick,
    time: time.toString({ fractionalSecondDigits: 9 }),
    file: module,
    ...userFrame(cause.stack, module),
    ...(hint === undefined ? {} : { hint }),
    ...(cause.stack === undefined ? {} : { stack: cause.stack }),
  }, { cause });
}

/** What Deno's permissions refuse. */
function outOfBounds(
  { name }: Error,
): { code: "forbidden"; hint: string } | undefined {
  if (name !== "NotCapable") return undefined;
  return {
    code: "forbidden",
    hint:
      "a strategy has no files, network, environment or processes: hand it data through params or a stage",
  };
}
