import { parseBytes } from "../contract/mod.ts";
import type { RunSettings } from "../link/mod.ts";
import { parseShare, type Spec } from "../spec/mod.ts";

/** `run:` with units resolved. */
export function settingsOf(
  { run }: Spec,
  shuffle: number | null = null,
): RunSettings {
  return {
    seed: run.seed,
    memory: parseBytes(run.memory)!,
    batch_rows: run.batch_rows,
    link: run.link,
    store: run.store,
    on_bad_tick: {
      policy: run.on_bad_tick.policy,
      max: parseShare(run.on_bad_tick.max)!,
    },
    shuffle,
  };
}
