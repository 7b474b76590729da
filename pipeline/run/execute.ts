import { createHash } from "node:crypto";
import { describeRun, workloadOf } from "../../stages/summary.ts";
import {
  type FaultCode,
  FaultError,
  parseDuration,
  type Registry,
} from "../contract/mod.ts";
import { firstChange, identityOf, type Plan, slotMemory } from "../plan/mod.ts";
import { resolvedYaml } from "../spec/mod.ts";
import { compile, startCrew } from "./compile.ts";
import type { Crew } from "./crew.ts";
import { startFlow } from "./flow.ts";
import { onInterrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import type { Loaded } from "./load.ts";
import { ProgressLine } from "./progress.ts";
import { RunDirectory } from "./run_directory.ts";
import { watchForStuck } from "./watchdog.ts";

/** What a finished run leaves in `result.json`. */
export interface RunResult {
  readonly digest: string;
  readonly name: string;
  readonly [figure: string]: unknown;
}

/** A run that came to its end. */
export interface Executed {
  readonly result: RunResult;
  readonly directory: RunDirectory;
}

export interface ExecuteOptions {
  readonly workers?: number | undefined;
  readonly out?: string | undefined;
  /** A run directory to go on with. */
  readonly resume?: string | undefined;
  readonly quiet: boolean;
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
  const stop = Promise.withResolvers<never>();
  stop.promise.catch(() => {});
  const forget = onInterrupt((fault) => stop.reject(new FaultError(fault)));
  let crew: Crew | undefined;
  let directory: RunDirectory | undefined;
  try {
    const setup = {
      registry,
      io,
      workers: options.workers,
      out: options.resume ?? options.out,
      listener: {
        progress: progress.preparation.bind(progress),
        notice: (_: string, text: string) => progress.notice(text),
      },
    };
    crew = await Promise.race([startCrew(loaded, setup), stop.promise]);
    const plan = await Promise.race([
      compile(loaded, crew, { ...setup, dry: false }),
      stop.promise,
    ]);
    const prepared = performance.now();
    progress.clear();
    directory = options.resume === undefined
      ? begin(loaded, plan, options, io)
      : resume(options.resume, plan);
    const finished = await flow({
      loaded,
      plan,
      crew,
      directory,
      progress,
      stop: stop.promise,
      fail: stop.reject,
    });
    const now = performance.now();
    const result = resultOf(loaded, plan, finished, {
      prepare_s: (prepared - since) / 1000,
      run_s: (now - prepared) / 1000,
      elapsed_s: (now - since) / 1000,
    });
    directory.writeJson("result.json", result);
    return { result, directory };
  } catch (error) {
    if (directory && canResume(error)) {
      progress.notice(
        `Finished slices are kept: deno task run --resume ${directory.path}`,
      );
    }
    throw error;
  } finally {
    progress.clear();
    forget();
    crew?.dismiss();
  }
}

/** Whether the same code and data may well get further another time. */
function canResume(error: unknown): boolean {
  const codes: FaultCode[] = ["interrupted", "worker_died", "output_write"];
  return error instanceof FaultError && codes.includes(error.fault.code);
}

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
  directory.writeText("config.yaml", resolvedYaml(spec));
  directory.writeJson("plan.json", plan);
  return directory;
}

/** A run directory from before, if what it holds still fits. */
function resume(path: string, plan: Plan): RunDirectory {
  const directory = RunDirectory.open(path);
  const before = directory.readJson("plan.json") as Plan;
  const change = firstChange(identityOf(before), identityOf(plan));
  if (change !== undefined) {
    throw new FaultError({
      code: "cannot_resume",
      message: `Cannot resume ${path}: ${change} is no longer what it was`,
      hint: "start the run anew, or bring back its data and code",
    });
  }
  return directory;
}

async function flow(
  options: {
    loaded: Loaded;
    plan: Plan;
    crew: Crew;
    directory: RunDirectory;
    progress: ProgressLine;
    stop: Promise<never>;
    fail: (reason: unknown) => void;
  },
): Promise<ReadonlyMap<string, unknown>> {
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
  });
  const unwatch = progress.watch(watched, workloadOf(plan));
  const limit = parseDuration(spec.run.watchdog)! / 1e6;
  const release = watchForStuck(watched, limit, fail);
  try {
    return await Promise.race([finished, stop]);
  } finally {
    unwatch();
    release();
  }
}

interface Timings {
  /** From the start until rows could flow. */
  readonly prepare_s: number;
  /** While rows flowed, results written. */
  readonly run_s: number;
  /** From the start to the end. */
  readonly elapsed_s: number;
}

function resultOf(
  { spec, graph }: Loaded,
  plan: Plan,
  finished: ReadonlyMap<string, unknown>,
  timings: Timings,
): RunResult {
  const ends = graph.stages.filter(({ output }) => output === null);
  const [first, ...others] = ends.map(({ id }) =>
    finished.get(id) as RunResult
  );
  const ticks = Number(first.ticks);
  const workers = plan.stages.find(({ kind }) => kind === "worker")?.copies;
  return {
    ...first,
    digest: digestOf(ends.map(({ id }) => finished.get(id) as RunResult)),
    name: spec.name,
    workers,
    ...timings,
    ticks_per_second: Math.round(ticks / timings.run_s),
    slot_memory: slotMemory(plan),
    ...describeRun(plan, finished),
    ...(others.length === 0 ? {} : {
      others: Object.fromEntries(
        ends.slice(1).map(({ id }, i) => [id, others[i]]),
      ),
    }),
  };
}

/** One digest for all of a run's results, in the order of the pipeline. */
function digestOf(results: readonly RunResult[]): string {
  if (results.length === 1) return results[0].digest;
  const hash = createHash("sha256");
  for (const { digest } of results) hash.update(`${digest}\n`);
  return hash.digest("hex");
}
