import {
  type Fault,
  FaultError,
  parseDuration,
} from "../../pipeline/contract/mod.ts";
import type {
  FlowContext,
  RowRange,
  WireEnd,
} from "../../pipeline/link/mod.ts";
import type { PreparedSlices, Slice } from "../prepared.ts";
import { slicesWithin } from "../sweep/windows.ts";
import { piecesOf } from "./pieces.ts";
import { parseTicks } from "./ticks.ts";
import type {
  DispatcherMessage,
  Hello,
  WorkerMessage,
  WorkerStart,
} from "./messages.ts";
import type { JobAssignment, Jobs } from "./jobs.ts";
import type { Assignment } from "./schedule.ts";
import type { FeedIndex } from "./time_index.ts";
import { type Warmup, warmupRanges } from "./warmup.ts";

/**
 * Hands slices to the Workers of one stage until every slice counts.
 *
 * @param jobsOf the jobs of the stage, once its first Worker has said hello
 */
export async function serveWorker(
  context: FlowContext,
  wires: readonly WireEnd[],
  jobsOf: (hello: Hello) => StageJobs,
  plan: PreparedSlices,
  feeds: readonly FeedIndex[],
): Promise<Jobs> {
  const begun = Promise.withResolvers<ReturnType<typeof jobsOf>>();
  let known: ReturnType<typeof jobsOf> | undefined;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const go of [...waiting]) go();
    waiting.clear();
  };
  const check = (jobs: Jobs) => {
    const { failure } = jobs;
    if (failure) throw new FaultError(failure.cause as Fault);
  };
  const nextFor = async (lane: number): Promise<JobAssignment | null> => {
    const { jobs } = await begun.promise;
    for (;;) {
      if (jobs.done) return null;
      const assignment = jobs.next(lane);
      if (assignment) return assignment;
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  const serveLane = async (wire: WireEnd, lane: number): Promise<void> => {
    const link = await context.open<WorkerMessage, DispatcherMessage>(wire);
    let auto: AutoWarmup = { rows: [], time: [] };
    let sets = 0;
    const answers: Promise<void>[] = [];
    const failed = Promise.withResolvers<never>();
    const answer = async (): Promise<void> => {
      const assignment = await nextFor(lane);
      const { count, segments } = await begun.promise;
      await link.send(
        assignment === null ? { type: "done" } : {
          type: "run",
          job: assignment.job,
          jobs: count,
          slice: assignment.slice,
          ends: endOf(assignment, segments[assignment.job]),
          pieces: piecesFor(
            assignment,
            segments[assignment.job].slices,
            feeds,
            sets,
          ),
          start: startOf(
            assignment,
            auto,
            plan,
            feeds,
            segments[assignment.job],
          ),
        },
      );
    };
    const hear = (message: WorkerMessage): void => {
      if (message.type === "hello") {
        known ??= jobsOf(message);
        begun.resolve(known);
        if (message.initialHash) known.jobs.begin(0, message.initialHash);
        auto = { rows: message.warmupRows, time: message.warmupTime };
        sets = message.most ?? 0;
        return;
      }
      if (message.type === "ask") {
        answers.push(answer().catch(failed.reject));
        return;
      }
      const { jobs } = known!;
      const { job } = message;
      jobs.begin(job, message.initialHash);
      if (message.type === "finished") {
        jobs.finish(job, message.piece, message);
        context.gauges.set("slice", jobs.settled);
      } else jobs.fail(job, lane, message.slice, message);
      check(jobs);
      wake();
    };
    const listen = async (): Promise<void> => {
      for (;;) {
        const message = await link.receive();
        if (message === null) break;
        context.gauges.add("beats", 1);
        hear(message);
      }
      await Promise.all(answers);
    };
    // A worker whose question went unanswered would wait, and so would we.
    await Promise.race([listen(), failed.promise]);
    await link.close();
  };
  await Promise.all(wires.map(serveLane));
  return (await begun.promise).jobs;
}

/** The jobs of a stage, and what each of them runs. */
export interface StageJobs {
  readonly jobs: Jobs;
  readonly count: number;
  /** For each job. */
  readonly segments: readonly JobSegment[];
}

/** The slices of a job. */
export interface JobSegment {
  readonly slices: readonly Slice[];
  /** Where it begins from flat, ns since the origin; null: with all ticks. */
  readonly begins: number | null;
}

function endOf(
  { slice }: Assignment,
  { slices, begins }: JobSegment,
): "run" | "segment" | null {
  if (slice < slices.length - 1) return null;
  return begins === null ? "run" : "segment";
}

/** Rows of a piece times sets, so that what they leave stays small. */
const SWEEP_ROWS = 2 ** 23;

/**
 * What may be run again, or run in part, is cut, and what many sets of a sweep
 * leave so much of; the rest runs in one go.
 */
function piecesFor(
  { slice, start }: Assignment,
  slices: readonly Slice[],
  feeds: readonly FeedIndex[],
  sets: number,
): RowRange[][][] {
  const whole = slices[slice];
  const again = start.from === "guess" ||
    (start.from === "state" && start.known.length > 0);
  if (again) return piecesOf(whole, feeds);
  if (sets === 0) return [whole.rows.map((ranges) => [...ranges])];
  const rows = Math.max(4096, Math.floor(SWEEP_ROWS / sets));
  return piecesOf(whole, feeds, { first: rows, most: rows });
}

function startOf(
  { slice, start }: Assignment,
  auto: AutoWarmup,
  plan: PreparedSlices,
  feeds: readonly FeedIndex[],
  { slices, begins }: JobSegment,
): WorkerStart {
  const warmup = (all: readonly Slice[], at: number) =>
    warmupRanges(
      warmupOf(plan.warmup, auto),
      all,
      at,
      feeds,
      BigInt(plan.origin),
    );
  if (start.from === "guess") {
    return { from: "guess", warmup: warmup(slices, slice) };
  }
  if (start.from !== "beginning" || begins === null) return start;
  const before = slicesWithin(plan.slices, -Infinity, begins);
  return { from: "warm", at: begins, warmup: warmup(before, before.length) };
}

/** For each feed how far the strategy looks back. */
interface AutoWarmup {
  readonly rows: readonly number[];
  readonly time: readonly number[];
}

/** Ticks are those of the first feed; the others begin where it does. */
function warmupOf(text: string, auto: AutoWarmup): Warmup {
  const ticks = parseTicks(text);
  if (ticks !== undefined) {
    return { rows: auto.rows.map((_, feed) => (feed === 0 ? ticks : 0)) };
  }
  const ns = parseDuration(text);
  return ns === undefined ? auto : { ns };
}
