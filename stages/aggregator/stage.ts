import { join } from "node:path";
import { FaultError } from "../../pipeline/contract/mod.ts";
import {
  type FlowContext,
  type PrepareContext,
  serveStage,
  type WireEnd,
} from "../../pipeline/link/mod.ts";
import type { PreparedSweep, PreparedWorker } from "../prepared.ts";
import type { AccountConfig } from "../sections.ts";
import { Intake } from "./intake.ts";
import type { AggregatorConfig } from "./kind.ts";
import type { SliceResult, SliceTaken } from "./messages.ts";
import type { MonteCarlo } from "./monte_carlo.ts";
import { writeTable } from "./output.ts";
import {
  outcomeOf,
  type OutcomeOptions,
  type RunOutcome,
} from "./run_outcome.ts";

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
    const intake = new Intake({
      journal: context.journal,
      worker: plan.worker,
      slices: plan.sliceRows.length,
      capital: optionsOf(context).capital,
      instruments: plan.instruments,
    });
    await Promise.all(
      context.wires.map((wire) => collect(context, wire, intake)),
    );
    if (!intake.complete) throw incomplete(context, intake.settled);
    const outcome = outcomeOf(
      intake.finish(),
      plan,
      optionsOf(context),
      context.directory,
    );
    const { digest, figures, metrics } = outcome;
    const more = await histories(context, outcome);
    return { digest, ...figures, metrics: metrics(), ...more };
  },
});

async function collect(
  context: FlowContext,
  wire: WireEnd,
  intake: Intake,
): Promise<void> {
  const link = await context.open<SliceResult, SliceTaken>(wire);
  for (;;) {
    const result = await link.receive();
    if (result === null) break;
    intake.add(result.bytes);
    await link.send({ taken: true });
    context.gauges.add("beats", 1);
    context.gauges.set("slice", intake.settled);
    context.gauges.set("kept", intake.bytes);
  }
  await link.close();
}

/** What other histories there might have been, for whom asks for them. */
async function histories(
  { task, directory, gauges }: FlowContext,
  outcome: RunOutcome,
): Promise<{ monte_carlo?: MonteCarlo }> {
  const { monte_carlo: terms, annualisation } = task.config as AggregatorConfig;
  if (terms === undefined) return {};
  const { capital } = task.sections.account as AccountConfig;
  const { monteCarloOf } = await import("./monte_carlo.ts");
  const { told, columns } = monteCarloOf(outcome, {
    terms,
    capital,
    annualisation,
    seed: task.run.seed,
    beat: () => gauges.add("beats", 1),
  });
  writeTable(join(directory, "monte_carlo.parquet"), columns);
  return { monte_carlo: told };
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
    slices: (sweep.walk?.sliceRows ?? [plan.sliceRows]).map(({ length }) =>
      length
    ),
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
  const ended = {
    sweep,
    results,
    facts: plan,
    options: optionsOf(context),
    directory: context.directory,
    histories: (outcome: RunOutcome) => histories(context, outcome),
    beat: () => context.gauges.add("beats", 1),
  };
  if (sweep.walk) {
    const { concludeWalk } = await import("./sweep/walk_forward.ts");
    return await concludeWalk({ ...ended, walk: sweep.walk });
  }
  const { concludeSweep } = await import("./sweep/conclude.ts");
  return await concludeSweep(ended);
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
