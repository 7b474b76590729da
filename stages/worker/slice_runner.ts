import {
  emptyRecord,
  type Runner,
  type SliceRecord,
  type SweepRunner,
  type Whereabouts,
} from "../../engine/host.ts";
import type { SetResult } from "../journal_entry.ts";
import { locateFault, type Scene } from "./locate_fault.ts";

/** What a phase left. */
export interface Taken {
  /** Of a sweep only the count of events. */
  readonly record: SliceRecord;
  /** What each set of a sweep left. */
  readonly sets?: readonly SetResult[];
}

/** What runs slices: a strategy, or one with many sets of parameters. */
export interface SliceRunner extends
  Pick<
    Runner,
    | "initial"
    | "record"
    | "supply"
    | "advance"
    | "sampleNow"
    | "snapshot"
    | "restore"
  > {
  whereabouts(): Whereabouts;
  /** Has another set of parameters declared, which must not matter. */
  disturb?(): void;
  /** What a run over a segment of event time needs; null: it has all of it. */
  readonly segment:
    | Pick<SweepRunner, "warmUp" | "beginAt" | "liquidate">
    | null;
  /** @param scene for what a set of parameters threw */
  take(scene: Omit<Scene, "at">): Taken;
}

/** A strategy with one set of parameters. */
export function oneSet(runner: Runner): SliceRunner {
  return adapted(runner, null, () => ({ record: runner.take() }));
}

/** A strategy with many. */
export function manySets(
  runner: SweepRunner,
  disturb: () => void,
): SliceRunner {
  const all = adapted(runner, runner, (scene) => {
    const { events } = runner;
    const sets = runner.take().map((outcome): SetResult => {
      if (outcome === null || "record" in outcome) return outcome;
      const { error, at } = outcome;
      return { fault: locateFault(error, { ...scene, at }).fault };
    });
    return { record: { ...emptyRecord(), ticks: events }, sets };
  });
  return { ...all, disturb };
}

function adapted(
  runner: Runner | SweepRunner,
  segment: SliceRunner["segment"],
  take: SliceRunner["take"],
): SliceRunner {
  return {
    initial: runner.initial,
    record: (on) => runner.record(on),
    supply: (feed, batch) => runner.supply(feed, batch),
    advance: () => runner.advance(),
    sampleNow: () => runner.sampleNow(),
    snapshot: (memory) => runner.snapshot(memory),
    restore: (state) => runner.restore(state),
    whereabouts: () => runner.whereabouts(),
    segment,
    take,
  };
}
