import { type CompiledStrategy, Runner } from "../../engine/host.ts";
import { parseDuration } from "../../pipeline/contract/mod.ts";
import type { FlowContext, Link } from "../../pipeline/link/mod.ts";
import type { SliceResult } from "../aggregator/messages.ts";
import type {
  DispatcherMessage,
  WorkerMessage,
} from "../dispatcher/messages.ts";
import { encodeEntry } from "../journal.ts";
import type { PreparedWorker } from "../prepared.ts";
import type { AccountConfig } from "../sections.ts";
import type { WorkerConfig } from "./kind.ts";
import { Lane } from "./lane.ts";
import { compileIn, loadStrategy } from "./load.ts";
import { type Run, Session } from "./session.ts";

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
    ...warmupOf(plan, compiled),
  });
  for await (const run of slicesOf(context, control, lanes, plan)) {
    for await (const outcome of session.run(run)) {
      if ("cause" in outcome) {
        context.log("debug", `ended early: ${outcome.cause.message}`);
        await control.send({ type: "failed", ...outcome });
        continue;
      }
      const { entry, through } = outcome;
      const { record, initialHash: _, ...piece } = entry;
      const bytes = encodeEntry(entry);
      for (const link of results) await link.send({ bytes });
      const rows = record.ticks;
      await control.send({ type: "finished", piece, rows, through });
      context.log("debug", `ran ${rows} rows, begun from ${run.start.from}`);
      context.gauges.add("rows", rows);
    }
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
      const { start, pieces } = answer;
      if (start.from === "guess") await lane.want(start.warmup[source]);
      for (const rows of pieces) await lane.want(rows[source]);
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
    simulation: plan.simulation,
    account: plan.account,
    timers: {
      equityEvery: parseDuration(account.equity_every)!,
      opens: Float64Array.from(plan.sessions, ({ open }) => open),
      closes: Float64Array.from(plan.sessions, ({ close }) => close),
      flatBefore: flat === undefined ? null : parseDuration(flat)!,
    },
  });
  return runner;
}

/** For each feed of the dispatcher, how far the strategy looks back; 0: unread. */
function warmupOf(
  { feeds }: PreparedWorker,
  { inputs }: CompiledStrategy,
): { warmupRows: number[]; warmupTime: number[] } {
  const sources = feeds.map(({ source }) => source);
  const rows = new Array<number>(Math.max(...sources) + 1).fill(0);
  const time = rows.slice();
  for (const [f, source] of sources.entries()) {
    // What only carries prices needs its last one.
    const graph = inputs[f]?.graph;
    rows[source] = Math.max(rows[source], graph?.memory ?? 1);
    time[source] = Math.max(time[source], graph?.memoryTime ?? 0);
  }
  return { warmupRows: rows, warmupTime: time };
}
