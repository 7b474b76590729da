import {
  type Batch,
  type CompiledStrategy,
  Runner,
} from "../../engine/host.ts";
import {
  type Fault,
  FaultError,
  parseDuration,
} from "../../pipeline/contract/mod.ts";
import type { FlowContext, Link } from "../../pipeline/link/mod.ts";
import type { SliceResult } from "../aggregator/messages.ts";
import type {
  DispatcherMessage,
  WorkerMessage,
} from "../dispatcher/messages.ts";
import { encodeEntry, type JournalEntry } from "../journal.ts";
import type { PreparedWorker } from "../prepared.ts";
import type { AccountConfig } from "../sections.ts";
import { hashState } from "./hash_state.ts";
import type { WorkerConfig } from "./kind.ts";
import { Lane } from "./lane.ts";
import { compileIn, loadStrategy } from "./load.ts";
import { locateFault } from "./locate_fault.ts";
import { TRIAL_ROWS, tryTwice } from "./trial.ts";

type Run = Extract<DispatcherMessage, { type: "run" }>;

/** The flow of a worker: asks for slices, runs each, hands on what it left. */
export async function runSlices(context: FlowContext): Promise<null> {
  const plan = context.prepared as PreparedWorker;
  const config = context.task.config as WorkerConfig;
  const definition = await loadStrategy(plan.strategy);
  const { compiled } = compileIn(definition, plan.strategy, config.params);
  if (!compiled) throw new Error("Cannot run a strategy with bad parameters");
  const runner = makeRunner(context, plan, compiled);
  const wires = {
    rows: context.wires.filter(({ role }) => role === "rows"),
    up: context.wires.filter(({ role }) => role === "upstream"),
    down: context.wires.filter(({ role }) => role === "downstream"),
  };
  const lanes = await Promise.all(
    wires.rows.map((wire) => Lane.open(context, wire)),
  );
  const control = await context.open<DispatcherMessage, WorkerMessage>(
    wires.up[0],
  );
  const results = await Promise.all(
    wires.down.map((wire) => context.open<object, SliceResult>(wire)),
  );
  const session = new Session(context, plan, runner, lanes);
  await control.send({
    type: "hello",
    initialHash: session.initialHash,
    warmupRows: warmupRows(plan, compiled),
  });
  for await (const run of slicesOf(context, control, lanes, plan)) {
    const outcome = await session.run(run);
    if ("fault" in outcome) {
      const { startHash, fault: cause } = outcome;
      const { slice } = run;
      await control.send({ type: "failed", slice, startHash, cause });
      continue;
    }
    const { entry } = outcome;
    const { slice, startHash, endHash, record, end } = entry;
    const bytes = encodeEntry(entry);
    for (const link of results) await link.send({ bytes });
    await control.send({ type: "finished", slice, startHash, endHash, end });
    context.gauges.add("rows", record.ticks);
  }
  for (const link of [control, ...results]) await link.close();
  for (const lane of lanes) await lane.close();
  return null;
}

/**
 * Slices as the dispatcher hands them out, one asked for ahead: its rows are
 * being read while the one before it runs.
 */
async function* slicesOf(
  { gauges }: FlowContext,
  control: Link<DispatcherMessage, WorkerMessage>,
  lanes: readonly Lane[],
  { feeds }: PreparedWorker,
): AsyncGenerator<Run> {
  const ask = async (): Promise<Run | null> => {
    await control.send({ type: "ask" });
    const answer = await control.receive();
    if (answer === null || answer.type === "done") return null;
    for (const [f, lane] of lanes.entries()) {
      const { source } = feeds[f];
      const { start, rows } = answer;
      if (start.from === "guess") await lane.want(start.warmup[source]);
      await lane.want(rows[source]);
    }
    return answer;
  };
  let ahead = ask();
  for (;;) {
    const run = await gauges.during("starved", () => ahead);
    if (run === null) return;
    ahead = ask();
    ahead.catch(() => {});
    yield run;
  }
}

type Outcome =
  | { readonly entry: JournalEntry }
  /** `startHash` is empty when the slice could not begin. */
  | { readonly startHash: string; readonly fault: Fault };

/** Never seen: the slice before it failed, so this attempt cannot count. */
const NO_STATE: Fault = {
  code: "internal",
  message: "Cannot begin: the slice before it failed",
};

/** One Worker's runner, from slice to slice. */
class Session {
  readonly initialHash: string;
  readonly #context: FlowContext;
  readonly #plan: PreparedWorker;
  readonly #runner: Runner;
  readonly #lanes: readonly Lane[];
  /** Null after a slice that failed: there is no state to go on from. */
  #lastHash: string | null = null;
  /** Ends of `want` that each lane has brought once the slice is through. */
  #endsDue = 0;
  #begun = 0;

  constructor(
    context: FlowContext,
    plan: PreparedWorker,
    runner: Runner,
    lanes: readonly Lane[],
  ) {
    this.#context = context;
    this.#plan = plan;
    this.#runner = runner;
    this.#lanes = lanes;
    this.initialHash = hashState(runner.initial);
  }

  /**
   * Runs a slice. What the strategy throws is an outcome: begun from a guess,
   * it may stand where the serial run never comes.
   */
  async run(run: Run): Promise<Outcome> {
    this.#context.gauges.set("slice", run.slice);
    this.#endsDue += run.start.from === "guess" ? 2 : 1;
    let startHash = "";
    try {
      startHash = await this.#begin(run);
      return await this.#finish(run.slice, startHash);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      if (error.fault.code === "hidden_state") throw error;
      this.#lastHash = null;
      for (const lane of this.#lanes) await lane.drain(this.#endsDue);
      return { startHash, fault: error.fault };
    }
  }

  async #finish(slice: number, startHash: string): Promise<Outcome> {
    const runner = this.#runner;
    this.#begun++;
    if (isPowerOfTwo(this.#begun)) await this.#try();
    runner.record(true);
    await this.#phase(slice);
    if (slice === this.#plan.sliceRows.length - 1) runner.sampleNow();
    const record = runner.take();
    const end = runner.snapshot();
    const endHash = this.#lastHash = hashState(end);
    const { initialHash } = this;
    return {
      entry: { slice, initialHash, startHash, endHash, record, end },
    };
  }

  /** Looks for memory outside the state, ever more rarely. */
  async #try(): Promise<void> {
    const batches: (Batch | null)[] = [];
    for (const lane of this.#lanes) batches.push(await lane.peek(TRIAL_ROWS));
    const { gauges, task } = this.#context;
    gauges.busy(() => tryTwice(this.#runner, batches, task.id));
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
        return this.initialHash;
      case "state":
        runner.restore(start.state);
        return hashState(start.state);
      case "guess":
        runner.restore(runner.initial);
        runner.record(false);
        await this.#phase(slice);
        return hashState(runner.snapshot());
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

  #tell(tick: number, time: number): void {
    const { gauges } = this.#context;
    gauges.set("tick", tick);
    gauges.set("time", time);
  }

  #advance(slice: number): number {
    const { gauges, task } = this.#context;
    const runner = this.#runner;
    try {
      return gauges.busy(() => runner.advance());
    } catch (error) {
      throw locateFault(error, {
        stage: task.id,
        slice,
        module: this.#plan.strategy,
        at: runner.whereabouts(),
        origin: BigInt(this.#plan.origin),
      });
    } finally {
      const { tick, time } = runner.whereabouts();
      if (Number.isFinite(time)) this.#tell(tick, time);
    }
  }
}

function makeRunner(
  { task, gauges }: FlowContext,
  plan: PreparedWorker,
  strategy: CompiledStrategy,
): Runner {
  const config = task.config as WorkerConfig;
  const account = task.sections.account as AccountConfig;
  const flat = config.flat_at_close;
  const runner: Runner = new Runner({
    onBlock: () => {
      gauges.add("beats", 1);
      const { tick } = runner.whereabouts();
      if (Number.isFinite(tick)) gauges.set("tick", tick);
    },
    strategy,
    feeds: plan.feeds,
    instruments: plan.instruments,
    origin: BigInt(plan.origin),
    seed: task.run.seed,
    slippageTicks: config.slippage_ticks,
    timers: {
      equityEvery: parseDuration(account.equity_every)!,
      opens: Float64Array.from(plan.sessions, ({ open }) => open),
      closes: Float64Array.from(plan.sessions, ({ close }) => close),
      flatBefore: flat === undefined ? null : parseDuration(flat)!,
    },
  });
  return runner;
}

function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0;
}

/** For each feed of the dispatcher, how far the strategy looks back; 0: unread. */
function warmupRows(
  { feeds }: PreparedWorker,
  { inputs }: CompiledStrategy,
): number[] {
  const sources = feeds.map(({ source }) => source);
  const rows = new Array<number>(Math.max(...sources) + 1).fill(0);
  for (const [f, source] of sources.entries()) {
    // What only carries prices needs its last one.
    rows[source] = Math.max(rows[source], inputs[f]?.graph.memory ?? 1);
  }
  return rows;
}
