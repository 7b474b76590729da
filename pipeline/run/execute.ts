import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describePlan } from "../../stages/describe_plan.ts";
import { sliceOfRow } from "../../stages/find_slice.ts";
import { workloadOf } from "../../stages/summary.ts";
import {
  type FaultCode,
  FaultError,
  parseDuration,
  type Registry,
} from "../contract/mod.ts";
import { firstChange, identityOf, type Plan } from "../plan/mod.ts";
import { resolvedYaml } from "../spec/mod.ts";
import { compile, startCrew } from "./compile.ts";
import type { Crew } from "./crew.ts";
import { startFlow } from "./flow.ts";
import { onInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import type { Loaded } from "./load.ts";
import { ProgressLine } from "./progress.ts";
import { type LogOptions, RunLog } from "./run_log.ts";
import { RunDirectory } from "./run_directory.ts";
import { resultOf, type RunResult } from "./result.ts";
import { usageOf, type WorkerUsage } from "./usage.ts";
import { type Vitals, watchVitals } from "./vitals.ts";
import { watchForStuck } from "./watchdog.ts";

/** A run that came to its end. */
export interface Executed {
  readonly result: RunResult;
  readonly directory: RunDirectory;
  readonly usage: readonly WorkerUsage[];
}

export interface ExecuteOptions {
  readonly workers?: number | undefined;
  readonly out?: string | undefined;
  /** A run directory to go on with. */
  readonly resume?: RunDirectory | undefined;
  readonly quiet: boolean;
  /** What of the log goes to standard error. */
  readonly log?: LogOptions;
  /** Leave a CPU profile of every Worker. */
  readonly profile?: boolean;
  /** When the run's time began, by `performance.now()`: 0 is the process's start. */
  readonly since?: number;
}

/** Ingests what is missing, runs, and leaves a run directory. */
export async function execute(
  loaded: Loaded,
  options: ExecuteOptions,
  { registry, io }: { readonly registry: Registry; readonly io: Io },
): Promise<Executed> {
  const { since = 0 } = options;
  const progress = new ProgressLine(io, options.quiet);
  const log = new RunLog(io, options.log ?? {}, () => progress.clear());
  const stop = Promise.withResolvers<never>();
  stop.promise.catch(() => {});
  const forget = onInterrupt((fault) => stop.reject(new FaultError(fault)));
  let crew: Crew | undefined;
  let directory: RunDirectory | undefined;
  let vitals: Vitals | undefined;
  let plan: Plan | undefined;
  try {
    const setup = {
      registry,
      io,
      workers: options.workers,
      out: options.resume?.path ?? options.out,
      profile: options.profile,
      listener: {
        progress: progress.preparation.bind(progress),
        notice: (stage: string, text: string) => {
          log.add("warning", text, { stage });
          progress.notice(text);
        },
        log: log.hear.bind(log),
      },
    };
    const starting = startCrew(loaded, setup);
    log.load();
    crew = await Promise.race([starting, stop.promise]);
    vitals = watchVitals(loaded, crew.all, stop.reject);
    plan = await Promise.race([
      compile(loaded, crew, { ...setup, dry: false }),
      stop.promise,
    ]);
    const prepared = performance.now();
    progress.clear();
    directory = options.resume === undefined
      ? begin(loaded, plan, options, io)
      : resume(options.resume, plan);
    await log.open(join(directory.path, "log.jsonl"));
    log.began(loaded.spec.name, describePlan(plan));
    const { values, usage } = await flow({
      loaded,
      plan,
      crew,
      directory,
      progress,
      vitals,
      profile: options.profile ?? false,
      stop: stop.promise,
      fail: stop.reject,
    });
    const now = performance.now();
    const timings = {
      prepare_s: (prepared - since) / 1000,
      run_s: (now - prepared) / 1000,
      elapsed_s: (now - since) / 1000,
    };
    const memory = { peak_memory: vitals.peak };
    const result = resultOf(
      loaded,
      plan,
      values,
      { ...timings, ...memory },
      usage,
    );
    directory.writeJson("result.json", result);
    // A sweep's is as large as all its sets together, and done with.
    if ((result.sweep ?? result.walk_forward) !== undefined) {
      directory.dropJournal();
    }
    log.ended(result);
    return { result, directory, usage };
  } catch (error) {
    if (directory && canResume(error)) {
      progress.notice(
        `Finished slices are kept: deno task run --resume ${directory.path}`,
      );
    }
    const placed = plan ? withSlice(error, plan) : error;
    await log.failed(placed);
    throw placed;
  } finally {
    log.close();
    progress.clear();
    vitals?.stop();
    forget();
    crew?.dismiss();
  }
}

/** A fault of a table names a row; people think in slices. */
function withSlice(error: unknown, plan: Plan): unknown {
  if (!(error instanceof FaultError)) return error;
  const { fault } = error;
  const { stage, tick } = fault;
  if (stage === undefined || tick === undefined) return error;
  const slice = fault.slice ?? sliceOfRow(plan, stage, tick);
  return slice === undefined
    ? error
    : new FaultError({ ...fault, slice }, { cause: error });
}

/** Whether the same code and data may well get further another time. */
function canResume(error: unknown): boolean {
  const codes: FaultCode[] = [
    "interrupted",
    "worker_died",
    "worker_stuck",
    "strategy_stuck",
    "memory_exceeded",
    "corrupt_store",
    "output_write",
  ];
  return error instanceof FaultError && codes.includes(error.fault.code);
}

/** The schema that a run's own pipeline file names for editors. */
const SCHEMA = new URL(
  "../../configs/schema/pipeline.schema.json",
  import.meta.url,
);

/** A new run directory with all that says what the run is. */
function begin(
  { spec }: Loaded,
  plan: Plan,
  { out }: ExecuteOptions,
  io: Io,
): RunDirectory {
  const directory = RunDirectory.make({
    out: spec.run.out,
    name: spec.name,
    now: io.now(),
    ...(out === undefined ? {} : { exact: out }),
  });
  const schema = relative(directory.path, fileURLToPath(SCHEMA));
  directory.writeText("config.yaml", resolvedYaml(spec, { schema }));
  directory.writeJson("plan.json", plan);
  return directory;
}

/** A run directory from before, if what it holds still fits. */
function resume(directory: RunDirectory, plan: Plan): RunDirectory {
  const before = directory.readJson("plan.json") as Plan;
  const change = firstChange(identityOf(before), identityOf(plan));
  if (change !== undefined) {
    throw new FaultError({
      code: "cannot_resume",
      message:
        `Cannot resume ${directory.path}: changed since it began: ${change}`,
      hint: "start the run anew, or bring back its data and code",
    });
  }
  directory.reopen();
  return directory;
}

interface Flowed {
  /** What the first Worker of each stage gave. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly usage: readonly WorkerUsage[];
}

async function flow(
  options: {
    loaded: Loaded;
    plan: Plan;
    crew: Crew;
    directory: RunDirectory;
    progress: ProgressLine;
    vitals: Vitals;
    profile: boolean;
    stop: Promise<never>;
    fail: (reason: unknown) => void;
  },
): Promise<Flowed> {
  const { loaded, plan, crew, directory, progress, stop, fail } = options;
  const { graph, spec } = loaded;
  const writers = graph.stages.filter(({ output }) => output === null).length;
  const { watched, finished } = startFlow({
    loaded,
    plan,
    crew,
    directoryOf: (stage) =>
      graph.stages.some(({ id, output }) => id === stage && output === null)
        ? directory.of(stage, writers)
        : directory.path,
    journal: directory.journal,
    profile: options.profile,
  });
  options.vitals.flow(watched);
  const unwatch = progress.watch(watched, workloadOf(plan));
  const limit = parseDuration(spec.run.watchdog)! / 1e6;
  const release = watchForStuck(watched, limit, fail);
  try {
    const all = await Promise.race([finished, stop]);
    for (const [index, { profile }] of all.entries()) {
      const { stage, copy } = watched[index].worker;
      if (profile) directory.writeProfile(stage, copy, profile);
    }
    const values = new Map(
      watched.flatMap(({ worker: { stage, copy } }, index) =>
        copy === 0 ? [[stage, all[index].value]] : []
      ),
    );
    return { values, usage: usageOf(watched, all) };
  } finally {
    unwatch();
    release();
  }
}
