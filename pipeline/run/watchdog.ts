import { FaultError } from "../contract/mod.ts";
import { ACTIVITY } from "../link/mod.ts";
import type { Watched } from "./flow.ts";

/**
 * Fails when a Worker that is at work shows no progress for `limit`
 * milliseconds: terminating cannot stop a loop that spins, so the process must
 * end.
 *
 * @returns stops the watch
 */
export function watchForStuck(
  watched: readonly Watched[],
  limit: number,
  fail: (error: FaultError) => void,
): () => void {
  const seen = watched.map(() => ({ beats: -1, since: Date.now() }));
  const timer = setInterval(() => {
    const now = Date.now();
    for (const [index, { worker, gauges }] of watched.entries()) {
      const last = seen[index];
      const beats = gauges.get("beats");
      if (gauges.get("activity") !== ACTIVITY.busy || beats !== last.beats) {
        seen[index] = { beats, since: now };
      } else if (now - last.since > limit) {
        fail(
          new FaultError({
            code: "strategy_stuck",
            stage: worker.stage,
            slice: gauges.get("slice"),
            tick: gauges.get("tick"),
            message: `Cannot go on: no progress for ${
              Math.round((now - last.since) / 1000)
            } s`,
            hint: "look for a loop that does not end, or raise run.watchdog",
          }),
        );
        return;
      }
    }
  }, Math.max(50, Math.min(1000, limit / 4)));
  return () => clearInterval(timer);
}
