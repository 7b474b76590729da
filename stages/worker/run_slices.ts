import type { FlowContext, Link } from "../../pipeline/link/mod.ts";
import type { SliceResult, SliceTaken } from "../aggregator/messages.ts";
import type {
  DispatcherMessage,
  WorkerMessage,
} from "../dispatcher/messages.ts";
import type { PreparedWorker } from "../prepared.ts";
import { Delivery } from "./delivery.ts";
import { Lane } from "./lane.ts";
import { loadStrategy } from "./load.ts";
import { manyRuns, oneRun } from "./runs.ts";
import { type Run, Session } from "./session.ts";

/** The flow of a worker: asks for slices, runs each, hands on what it left. */
export async function runSlices(context: FlowContext): Promise<null> {
  const plan = context.prepared as PreparedWorker;
  const definition = await loadStrategy(plan.strategy);
  const { make, hello } = plan.sweep
    ? manyRuns(context, plan, plan.sweep, definition)
    : oneRun(context, plan, definition);
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
    wires.down.map((wire) => context.open<SliceTaken, SliceResult>(wire)),
  );
  const deliver = new Delivery(context, results);
  const session = new Session(context, plan, lanes, make);
  await control.send({ type: "hello", ...hello });
  for await (const run of slicesOf(context, control, lanes, plan)) {
    for await (const outcome of session.run(run)) {
      if ("cause" in outcome) {
        context.log("debug", `ended early: ${outcome.cause.message}`);
        await control.send({ type: "failed", ...outcome });
        continue;
      }
      const { job, entry, through } = outcome;
      const { record, sets: _, initialHash, ...piece } = entry;
      const { jobs } = run;
      await deliver.send(entry, job, jobs);
      const rows = record.ticks;
      await control.send({
        type: "finished",
        job,
        initialHash,
        piece,
        rows,
        through,
      });
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
      if ("warmup" in start) await lane.want(start.warmup[source]);
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
