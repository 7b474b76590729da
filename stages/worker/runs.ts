import {
  type AnyStrategy,
  type CompiledStrategy,
  Kept,
  Runner,
  type RunnerOptions,
  SweepRunner,
} from "../../engine/host.ts";
import { parseDuration } from "../../pipeline/contract/mod.ts";
import type { FlowContext } from "../../pipeline/link/mod.ts";
import type { Hello } from "../dispatcher/messages.ts";
import type { PreparedSweep, PreparedWorker } from "../prepared.ts";
import type { AccountConfig } from "../sections.ts";
import { placeOf, setsOf } from "../sweep/bundles.ts";
import { type InputMemory, memoryOf } from "./description.ts";
import { hashState } from "./hash_state.ts";
import type { WorkerConfig } from "./kind.ts";
import { compileIn } from "./load.ts";
import type { MakeRunner } from "./session.ts";
import { manySets, oneSet, type SliceRunner } from "./slice_runner.ts";

/** What a Worker has to run, and says of it at first. */
export interface Runs {
  readonly make: MakeRunner;
  readonly hello: Omit<Hello, "type">;
}

/** A strategy with its parameters. */
export function oneRun(
  context: FlowContext,
  plan: PreparedWorker,
  definition: AnyStrategy,
): Runs {
  const { params } = context.task.config as WorkerConfig;
  const { compiled } = compileIn(definition, plan.strategy, params);
  if (!compiled) throw new Error("Cannot run a strategy with bad parameters");
  const runner: SliceRunner = oneSet(
    new Runner({
      ...optionsOf(context, plan, () => runner),
      strategy: compiled,
    }),
  );
  const initialHash = hashState(runner.initial);
  const memory = compiled.inputs.map(({ graph }) => memoryOf(graph));
  return {
    make: () => runner,
    hello: { initialHash, ...warmupOf(plan, memory) },
  };
}

/**
 * A strategy with many sets of parameters, in bundles. One with memory outside
 * of its state runs them one by one: there is one module for all.
 */
export function manyRuns(
  context: FlowContext,
  plan: PreparedWorker,
  { sets, memory, alone, walk }: PreparedSweep,
  definition: AnyStrategy,
): Runs {
  const { params } = context.task.config as WorkerConfig;
  const able = sets.filter(({ fault }) => fault === null);
  const kept = new Kept(definition);
  const before = kept.snapshot();
  const segments = walk?.windows.flatMap(({ train, test }) => [train, test]);
  let last: { bundle: number; runner: SliceRunner } | null = null;
  const make: MakeRunner = (job, jobs) => {
    const { bundle, bundles } = placeOf(job, jobs, segments?.length ?? 1);
    if (last?.bundle === bundle) return last.runner;
    if (before.length > 0) kept.restore(before);
    const { from, to } = setsOf(bundle, bundles, able.length);
    const strategies: CompiledStrategy[] = [];
    for (const set of able.slice(from, to)) {
      const given = { ...params, ...set.params };
      const [first] = strategies;
      const { compiled } = compileIn(definition, plan.strategy, given, first);
      if (!compiled) throw new Error("Cannot run a set with bad parameters");
      strategies.push(compiled);
    }
    const runner: SliceRunner = manySets(
      new SweepRunner({
        ...optionsOf(context, plan, () => runner),
        strategies,
      }),
      () => {
        const given = { ...params, ...able[from].params };
        if (to - from > 1) compileIn(definition, plan.strategy, given);
      },
    );
    last = { bundle, runner };
    return runner;
  };
  const most = able.length;
  const spans = segments?.map(({ from, to }) => ({ from, to }));
  const hello = {
    initialHash: null,
    most,
    all: alone,
    ...(spans === undefined ? {} : { segments: spans }),
  };
  return { make, hello: { ...hello, ...warmupOf(plan, memory) } };
}

/** What runners of a plan are made of, whatever the parameters. */
function optionsOf(
  { task, gauges }: FlowContext,
  plan: PreparedWorker,
  runnerOf: () => SliceRunner,
): Omit<RunnerOptions, "strategy"> {
  const config = task.config as WorkerConfig;
  const account = task.sections.account as AccountConfig;
  const flat = config.flat_at_close;
  return {
    onBlock: () => {
      gauges.add("beats", 1);
      const { tick } = runnerOf().whereabouts();
      if (Number.isFinite(tick)) gauges.set("tick", tick);
    },
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
  };
}

/** For each feed of the dispatcher, how far the strategy looks back; 0: unread. */
function warmupOf(
  { feeds }: PreparedWorker,
  memory: readonly InputMemory[],
): { warmupRows: number[]; warmupTime: number[] } {
  const sources = feeds.map(({ source }) => source);
  const rows = new Array<number>(Math.max(...sources) + 1).fill(0);
  const time = rows.slice();
  for (const [f, source] of sources.entries()) {
    // What only carries prices needs its last one.
    const own = memory[f] ?? { rows: 1, time: 0 };
    rows[source] = Math.max(rows[source], own.rows);
    time[source] = Math.max(time[source], own.time);
  }
  return { warmupRows: rows, warmupTime: time };
}
