import type { Batch, SliceRecord } from "../../engine/host.ts";
import { FaultError } from "../../pipeline/contract/mod.ts";
import type { SliceRunner, Taken } from "./slice_runner.ts";

/** Rows of each feed that are run twice. */
export const TRIAL_ROWS = 4096;

/**
 * Runs the same rows twice from the same state. A strategy whose memory is all
 * in its state does the same twice; one that keeps some of it elsewhere, in a
 * variable of its module, say, is found out. The runner is left as it was.
 *
 * @param batches the first rows of each feed; null where it has none
 * @param between what may be done between the two and must not matter
 * @throws FaultError with code `hidden_state`
 */
export function tryTwice(
  runner: SliceRunner,
  batches: readonly (Batch | null)[],
  stage: string,
  between: () => void = () => {},
): void {
  const start = runner.snapshot();
  try {
    const first = once(runner, start, batches);
    between();
    const second = once(runner, start, batches);
    const same = equal(first.end, second.end) &&
      sameTaken(first.taken, second.taken);
    if (same) return;
  } catch {
    // What a strategy throws is for the run itself to report.
    return;
  } finally {
    runner.restore(start);
  }
  throw new FaultError({
    code: "hidden_state",
    stage,
    message:
      "Cannot trust this strategy: the same ticks, run twice from the same state, gave two results",
    hint:
      "keep all that it remembers in `state`: a variable of the module is not carried from slice to slice",
  });
}

function once(
  runner: SliceRunner,
  start: Float64Array,
  batches: readonly (Batch | null)[],
): { end: Float64Array; taken: Taken } {
  runner.restore(start);
  runner.record(true);
  const given = new Set<number>();
  for (;;) {
    const feed = runner.advance();
    if (feed < 0) break;
    runner.supply(feed, given.has(feed) ? null : batches[feed]);
    given.add(feed);
  }
  const taken = runner.take(SCENE);
  return { taken, end: runner.snapshot() };
}

/** What is thrown on trial is thrown again in earnest, and reported then. */
const SCENE = { stage: "", slice: 0, module: "", origin: 0n };

function sameTaken(a: Taken, b: Taken): boolean {
  const sets = a.sets?.every((set, i) => {
    const other = b.sets?.[i] ?? null;
    return set !== null && "record" in set && other !== null &&
        "record" in other
      ? sameFills(set.record, other.record)
      : (set === null) === (other === null);
  });
  return sameFills(a.record, b.record) && sets !== false;
}

function sameFills({ fills: a }: SliceRecord, { fills: b }: SliceRecord) {
  return equal(a.time, b.time) && equal(a.side, b.side) &&
    equal(a.quantity, b.quantity) && equal(a.price, b.price);
}

function equal(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
