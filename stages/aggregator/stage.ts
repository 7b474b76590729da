import { FaultError } from "../../pipeline/contract/mod.ts";
import {
  type FlowContext,
  type PrepareContext,
  serveStage,
  type WireEnd,
} from "../../pipeline/link/mod.ts";
import { decodeEntry, Journal, type JournalEntry } from "../journal.ts";
import type { PreparedSweep, PreparedWorker } from "../prepared.ts";
import type { AccountConfig } from "../sections.ts";
import type { AggregatorConfig } from "./kind.ts";
import type { SliceResult, SliceTaken } from "./messages.ts";
import { writeWhole } from "./output.ts";
import { outcomeOf, type OutcomeOptions } from "./run_outcome.ts";
import { Settlement } from "./settle.ts";

/** What the preparation of an aggregator gives. */
type PreparedAggregator =
  & Pick<
    PreparedWorker,
    "origin" | "sessions" | "sliceRows" | "span" | "instruments" | "sweep"
  >
  & {
    /** The stage whose slices it takes in. */
    readonly worker: string;
  };

serveStage({
  prepare({ inputs }: PrepareContext): Promise<PreparedAggregator | null> {
    const [worker] = inputs as readonly (PreparedWorker | null)[];
    if (worker === null) return Promise.resolve(null);
    const { stage, sweep, ...plan } = worker;
    const { origin, sessions, sliceRows, span, instruments } = plan;
    return Promise.resolve({
      worker: stage,
      origin,
      sessions,
      sliceRows,
      span,
      instruments,
      ...(sweep === undefined ? {} : { sweep }),
    });
  },

  async flow(context: FlowContext): Promise<unknown> {
    const plan = context.prepared as PreparedAggregator;
    if (plan.sweep) return await flowSweep(context, plan, plan.sweep);
    const settlement = new Settlement(plan.sliceRows.length);
    const journal = new Journal(context.journal, plan.worker);
    for (const entry of journal.read()) settlement.add(withoutEnd(entry));
    await Promise.all(
      context.wires.map((wire) => collect(context, wire, settlement, journal)),
    );
    if (!settlement.complete) throw incomplete(context, settlement.settled);
    return await conclude(context, plan, settlement);
  },
});

/** A copy without the end state, which may be many times as large as the rest. */
function withoutEnd(entry: JournalEntry): JournalEntry {
  const { fills, equity, ended, open, marks, rates, closes } = entry.record;
  const record = {
    ...entry.record,
    fills: copy(fills),
    equity: copy(equity),
    ended: copy(ended),
    open: copy(open),
    marks: copy(marks),
    rates: rates.map((column) => column.slice()),
    closes: closes.map((column) => column.slice()),
  };
  return { ...entry, record, end: new Float64Array(0) };
}

function copy<T extends Readonly<Record<string, Float64Array>>>(columns: T): T {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.slice()]),
  ) as T;
}

async function collect(
  context: FlowContext,
  wire: WireEnd,
  settlement: Settlement,
  journal: Journal,
): Promise<void> {
  const link = await context.open<SliceResult, object>(wire);
  for (;;) {
    const result = await link.receive();
    if (result === null) break;
    const entry = decodeEntry(result.bytes);
    journal.write(entry, result.bytes);
    settlement.add(withoutEnd(entry));
    context.gauges.add("beats", 1);
    context.gauges.set("slice", settlement.settled);
  }
  await link.close();
}

async function conclude(
  context: FlowContext,
  plan: PreparedAggregator,
  settlement: Settlement,
): Promise<unknown> {
  const { digest, figures, metrics, files } = outcomeOf(
    settlement.entries.map(({ record }) => record),
    plan,
    optionsOf(context),
  );
  await writeWhole(context.directory, files());
  return { digest, ...figures, metrics: metrics() };
}

function optionsOf({ task }: FlowContext): OutcomeOptions {
  const { capital } = task.sections.account as AccountConfig;
  const { annualisation, benchmark } = task.config as AggregatorConfig;
  return { stage: task.id, capital, annualisation, benchmark };
}

/** What a sweep comes to; loaded only where there is one. */
async function flowSweep(
  context: FlowContext,
  plan: PreparedAggregator,
  sweep: PreparedSweep,
): Promise<unknown> {
  const { BundleResults } = await import("./sweep/bundle_results.ts");
  const results = new BundleResults({
    journal: context.journal,
    stage: plan.worker,
    slices: plan.sliceRows.length,
    sets: sweep.sets.filter(({ fault }) => fault === null).length,
  });
  await Promise.all(context.wires.map(async (wire) => {
    const link = await context.open<SliceResult, SliceTaken>(wire);
    for (;;) {
      const result = await link.receive();
      if (result === null) break;
      results.add(result);
      await link.send({ taken: true });
      context.gauges.add("beats", 1);
      context.gauges.set("slice", results.settled);
    }
    await link.close();
  }));
  if (!results.complete) throw incomplete(context, results.settled);
  const { concludeSweep } = await import("./sweep/conclude.ts");
  return await concludeSweep({
    sweep,
    results,
    facts: plan,
    options: optionsOf(context),
    directory: context.directory,
    beat: () => context.gauges.add("beats", 1),
  });
}

function incomplete(
  { task, prepared }: FlowContext,
  settled: number,
): FaultError {
  const { sliceRows } = prepared as PreparedAggregator;
  return new FaultError({
    code: "internal",
    stage: task.id,
    message:
      `Cannot finish: slices that count are ${settled} of ${sliceRows.length}`,
  });
}
