import type { Batch } from "../../engine/host.ts";
import { type Fault, FaultError } from "../../pipeline/contract/mod.ts";
import type { FlowContext } from "../../pipeline/link/mod.ts";
import type { DispatcherMessage } from "../dispatcher/messages.ts";
import type { JournalEntry } from "../journal.ts";
import type { PreparedWorker } from "../prepared.ts";
import { hashState } from "./hash_state.ts";
import type { Lane } from "./lane.ts";
import { locateFault, type Scene } from "./locate_fault.ts";
import type { SliceRunner } from "./slice_runner.ts";
import { TRIAL_ROWS, tryTwice } from "./trial.ts";

/** A slice as the dispatcher hands it out. */
export type Run = Extract<DispatcherMessage, { type: "run" }>;

/** What running a piece came to. */
export type Outcome =
  | {
    readonly job: number;
    readonly entry: JournalEntry;
    /** Nothing more of the slice is run. */
    readonly through: boolean;
  }
  /** `startHash` is empty when the slice could not begin. */
  | {
    readonly job: number;
    readonly initialHash: string;
    readonly slice: number;
    readonly from: number;
    readonly startHash: string;
    readonly cause: Fault;
  };

/** Never seen: the slice before it failed, so this attempt cannot count. */
const NO_STATE: Fault = {
  code: "internal",
  message: "Cannot begin: the slice before it failed",
};

/** The runner of a job: of which of so many bundles, in a sweep. */
export type MakeRunner = (job: number, jobs: number) => SliceRunner;

/** One Worker's runner, from slice to slice and from job to job. */
export class Session {
  readonly #context: FlowContext;
  readonly #plan: PreparedWorker;
  readonly #make: MakeRunner;
  readonly #lanes: readonly Lane[];
  /** Made with the first slice. */
  #runner!: SliceRunner;
  #job = -1;
  #initialHash = "";
  /** Null after a slice that failed: there is no state to go on from. */
  #lastHash: string | null = null;
  /** Ends of `want` that each lane has brought once the slice is through. */
  #endsDue = 0;
  #begun = 0;
  /** The last state that was looked at: its memory is used again. */
  #state: Float64Array | undefined;

  constructor(
    context: FlowContext,
    plan: PreparedWorker,
    lanes: readonly Lane[],
    make: MakeRunner,
  ) {
    this.#context = context;
    this.#plan = plan;
    this.#lanes = lanes;
    this.#make = make;
  }

  /** Turns to another job; what was reached of the one before is let go. */
  #turnTo(job: number, jobs: number): void {
    if (job === this.#job) return;
    this.#runner = this.#make(job, jobs);
    this.#job = job;
    this.#initialHash = hashState(this.#runner.initial);
    this.#lastHash = null;
  }

  /**
   * Runs a slice piece by piece, to its end or to where what follows is known.
   * What the strategy throws is an outcome: begun from a guess, it may stand
   * where the serial run never comes.
   */
  async *run(run: Run): AsyncGenerator<Outcome> {
    const { slice, start, pieces, job } = run;
    this.#turnTo(job, run.jobs);
    this.#context.gauges.set("slice", slice);
    this.#endsDue += pieces.length + ("warmup" in start ? 1 : 0);
    let startHash = "";
    let from = 0;
    try {
      startHash = await this.#begin(run);
      this.#begun++;
      if (isPowerOfTwo(this.#begun)) await this.#try();
      for (; from < pieces.length; from++) {
        const entry = await this.#piece(run, from, startHash);
        const through = entry.last || isKnown(start, entry);
        startHash = entry.endHash;
        this.#lastHash = entry.last ? entry.endHash : null;
        yield { job, entry, through };
        if (through) break;
      }
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      if (error.fault.code === "hidden_state") throw error;
      this.#lastHash = null;
      const initialHash = this.#initialHash;
      yield { job, initialHash, slice, from, startHash, cause: error.fault };
    }
    for (const lane of this.#lanes) await lane.drain(this.#endsDue);
  }

  async #piece(
    { slice, pieces, ends }: Run,
    from: number,
    startHash: string,
  ): Promise<JournalEntry> {
    const runner = this.#runner;
    const last = from === pieces.length - 1;
    runner.record(true);
    await this.#phase(slice);
    if (last && ends === "segment") runner.segment?.liquidate();
    if (last && ends !== null) runner.sampleNow();
    const taken = runner.take(this.#scene(slice));
    const state = this.#state = runner.snapshot(this.#state);
    const initialHash = this.#initialHash;
    return {
      slice,
      from,
      to: from + 1,
      last,
      initialHash,
      startHash,
      endHash: hashState(state),
      ...taken,
      end: last ? state : WITHIN,
    };
  }

  /** Looks for memory outside the state, ever more rarely. */
  async #try(): Promise<void> {
    const batches: (Batch | null)[] = [];
    for (const lane of this.#lanes) batches.push(await lane.peek(TRIAL_ROWS));
    const { gauges, task } = this.#context;
    const { disturb } = this.#runner;
    gauges.busy(() => tryTwice(this.#runner, batches, task.id, disturb));
  }

  /** Brings the state up; gives its hash. */
  async #begin({ start, slice }: Run): Promise<string> {
    const runner = this.#runner;
    switch (start.from) {
      case "last":
        if (this.#lastHash === null) throw new FaultError(NO_STATE);
        return this.#lastHash;
      case "beginning":
        runner.restore(runner.initial);
        return this.#initialHash;
      case "warm":
        runner.restore(runner.initial);
        runner.segment?.warmUp();
        await this.#phase(slice);
        runner.segment?.beginAt(start.at);
        // Named by where it came from: what was done since is the same for all.
        return this.#initialHash;
      case "state":
        runner.restore(start.state);
        return hashState(start.state);
      case "guess":
        runner.restore(runner.initial);
        runner.record(false);
        await this.#phase(slice);
        return hashState(this.#state = runner.snapshot(this.#state));
    }
  }

  /** Runs every event that the lanes bring until each comes to its end. */
  async #phase(slice: number): Promise<void> {
    const { task, gauges } = this.#context;
    const { batch_rows } = task.run;
    for (;;) {
      const feed = this.#advance(slice);
      if (feed < 0) return;
      const lane = this.#lanes[feed];
      let batch: Batch | null = lane.cut(batch_rows);
      if (batch === null) {
        const more = await gauges.during("starved", () => lane.next());
        if (more) batch = lane.cut(batch_rows);
      }
      if (batch) {
        const { time, from, to, ordinal } = batch;
        gauges.add("work", to - from);
        // Should the strategy never come back, this is where it was.
        this.#tell(ordinal + from, time[from]);
      }
      this.#runner.supply(feed, batch);
    }
  }

  #scene(slice: number): Omit<Scene, "at"> {
    const { strategy, origin } = this.#plan;
    const stage = this.#context.task.id;
    return { stage, slice, module: strategy, origin: BigInt(origin) };
  }

  #tell(tick: number, time: number): void {
    const { gauges } = this.#context;
    gauges.set("tick", tick);
    gauges.set("time", time);
  }

  #advance(slice: number): number {
    const { gauges } = this.#context;
    const runner = this.#runner;
    try {
      return gauges.busy(() => runner.advance());
    } catch (error) {
      const at = runner.whereabouts();
      throw locateFault(error, { ...this.#scene(slice), at });
    } finally {
      const { tick, time } = runner.whereabouts();
      if (Number.isFinite(time)) this.#tell(tick, time);
    }
  }
}

/** The state within a slice is nobody's to begin from. */
const WITHIN = new Float64Array(0);

/** Whether what follows a piece has been run from the state in which it ended. */
function isKnown(start: Run["start"], { to, endHash }: JournalEntry): boolean {
  return start.from === "state" &&
    start.known.some(({ from, startHash }) =>
      from === to && startHash === endHash
    );
}

function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0;
}
