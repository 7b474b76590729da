import { type Fault, FaultError, parseDuration } from "../contract/mod.ts";
import { ACTIVITY, type Gauges } from "../link/mod.ts";
import type { Watched } from "./flow.ts";
import { bytes } from "./format.ts";
import type { Loaded } from "./load.ts";
import type { StageWorker } from "./stage_worker.ts";

export interface VitalsOptions {
  readonly workers: readonly StageWorker[];
  /** Whether a stage ends the graph: writing its results may take long. */
  isEnd(stage: string): boolean;
  /** Milliseconds that a Worker may say nothing. */
  readonly silence: number;
  /** Bytes of `run.memory`. */
  readonly memory: number;
  fail(error: FaultError): void;
  /** Bytes of memory that the process takes. */
  readonly taken?: () => number;
  /** Whether the machine has hardly any memory left. */
  readonly scarce?: () => boolean;
  /** Milliseconds between two looks. */
  readonly every?: number;
}

/** Beside `run.memory`, while tables are made: DuckDB has a bound of its own. */
const MAKING = 2 ** 30;
/** Milliseconds without an answer after which what a Worker said is old. */
const MUTE = 150;
/**
 * What results may take beside `run.memory`, for each byte of their rows: they
 * are what a run is for. While they grow they lie twice.
 */
const RESULTS = 3;
/** Looks in a row that must find too much memory, since garbage comes and goes. */
const LOOKS = 3;

/**
 * Asks every Worker that owes an answer whether it is there, and looks at the
 * memory of the process. A Worker that ended without a word, that hangs outside
 * of its flow, or one whose memory grows without bound, ends the run: nothing
 * else would.
 */
export class Vitals {
  readonly #options: VitalsOptions;
  readonly #taken: () => number;
  readonly #isScarce: () => boolean;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #gauges = new Map<StageWorker, Gauges>();
  #seen = new Map<StageWorker, { moved: number; at: number }>();
  #base: number;
  #allowed: number;
  #over = 0;
  #peak: number;

  constructor(options: VitalsOptions) {
    this.#options = options;
    this.#taken = options.taken ?? (() => Deno.memoryUsage().rss);
    this.#isScarce = options.scarce ?? isScarce;
    this.#peak = this.#base = this.#taken();
    this.#allowed = this.#base + options.memory + MAKING;
    this.#timer = setInterval(() => this.#look(), options.every ?? 200);
  }

  /** Rows flow from now on: what the program itself takes is known. */
  flow(watched: readonly Watched[]): void {
    for (const { worker, gauges } of watched) this.#gauges.set(worker, gauges);
    this.#base = this.#taken();
    this.#allowed = this.#base + this.#options.memory;
  }

  /** Bytes of memory that the process took at most, as far as is known. */
  get peak(): number {
    return this.#peak = Math.max(this.#peak, this.#taken(), kernelPeak());
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const taken = this.#taken();
    this.#peak = Math.max(this.#peak, taken);
    this.#over = this.#isTooMuch(taken) ? this.#over + 1 : 0;
    if (this.#over >= LOOKS) return this.#fail(this.#tooLarge(taken));
    const now = performance.now();
    for (const worker of this.#options.workers) {
      if (!worker.owes) continue;
      worker.ping();
      const silent = now - Math.max(worker.heard, this.#movedAt(worker, now));
      if (silent > this.#patience(worker)) {
        return this.#fail({
          code: "worker_stuck",
          stage: worker.stage,
          ...this.#scene(worker),
          message: `Cannot go on: a worker has given no sign of life for ${
            Math.round(silent / 1000)
          } s`,
          hint: "look for a loop that does not end, or raise run.watchdog",
        });
      }
    }
    if (this.#isStill(now)) this.#fail(this.#still());
  }

  /**
   * Results take what they take: once only they are written, the bound is what
   * the machine has left.
   */
  #isTooMuch(taken: number): boolean {
    if (taken <= this.#allowed + this.#results()) return false;
    const { workers, isEnd } = this.#options;
    const ending = this.#gauges.size > 0 &&
      workers.every(({ owes, stage }) => !owes || isEnd(stage));
    return !ending || this.#isScarce();
  }

  #results(): number {
    let kept = 0;
    for (const gauges of this.#gauges.values()) kept += gauges.get("kept");
    return RESULTS * kept;
  }

  #patience({ stage }: StageWorker): number {
    const { isEnd, silence } = this.#options;
    return isEnd(stage) ? 5 * silence : silence;
  }

  /**
   * All answer, nobody works, and nothing has moved for long: each waits for
   * another. Who ends the graph may be writing.
   */
  #isStill(now: number): boolean {
    const { workers, isEnd, silence } = this.#options;
    if (this.#gauges.size === 0) return false;
    const moved = workers.map((worker) => this.#movedAt(worker, now));
    const busy = [...this.#gauges.values()].some((gauges) =>
      gauges.get("activity") === ACTIVITY.busy
    );
    return !busy && now - Math.max(...moved) > silence &&
      workers.some(({ owes, stage }) => owes && !isEnd(stage));
  }

  #still(): Fault {
    const { workers, isEnd, silence } = this.#options;
    const worker = workers.find(({ owes, stage }) => owes && !isEnd(stage))!;
    return {
      code: "worker_stuck",
      stage: worker.stage,
      ...this.#scene(worker),
      message: `Cannot go on: nothing has moved for ${
        Math.round(silence / 1000)
      } s, every worker waits for another`,
      hint: "report it with the run directory, then go on with --resume",
    };
  }

  /** When its gauges moved last; -Infinity before rows flow. */
  #movedAt(worker: StageWorker, now: number): number {
    const gauges = this.#gauges.get(worker);
    if (gauges === undefined) return -Infinity;
    const moved = gauges.get("beats") + gauges.get("work");
    const seen = this.#seen.get(worker);
    if (seen?.moved === moved) return seen.at;
    this.#seen.set(worker, { moved, at: now });
    return now;
  }

  /** Names the Worker that holds most, or that is too busy to say. */
  #tooLarge(taken: number): Fault {
    const workers = this.#options.workers.filter(({ owes }) => owes);
    const mute = workers.filter((worker) =>
      worker.mute > MUTE &&
      (this.#gauges.get(worker)?.get("activity") ?? ACTIVITY.busy) ===
        ACTIVITY.busy
    );
    const [worker] = (mute.length > 0 ? mute : workers)
      .toSorted((a, b) => b.heap - a.heap);
    return {
      code: "memory_exceeded",
      ...(worker ? { stage: worker.stage, ...this.#scene(worker) } : {}),
      message: `Cannot go on: the run takes ${
        bytes(taken - this.#base)
      } beside the ${bytes(this.#base)} of the program, run.memory is ${
        bytes(this.#options.memory)
      }`,
      hint: "look for what grows with every event, or raise run.memory",
    };
  }

  #scene(worker: StageWorker): Partial<Fault> {
    const gauges = this.#gauges.get(worker);
    if (gauges === undefined) return {};
    const tick = gauges.get("tick");
    return {
      slice: gauges.get("slice"),
      ...(gauges.get("work") > 0 && tick >= 0 ? { tick } : {}),
    };
  }

  #fail(fault: Fault): void {
    this.stop();
    this.#options.fail(new FaultError(fault));
  }
}

/** What Linux kept of it, which misses nothing between two looks; else 0. */
function kernelPeak(): number {
  try {
    const status = Deno.readTextFileSync("/proc/self/status");
    return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Part of the machine's memory below which it would begin to swap. */
const SCARCE = 0.05;

function isScarce(): boolean {
  const { available, total } = Deno.systemMemoryInfo();
  return available < SCARCE * total;
}

/** Watches the Workers of a pipeline until it is stopped. */
export function watchVitals(
  { spec, settings, graph }: Loaded,
  workers: readonly StageWorker[],
  fail: (error: FaultError) => void,
): Vitals {
  const watchdog = parseDuration(spec.run.watchdog)! / 1e6;
  const ends = graph.stages.filter(({ output }) => output === null);
  return new Vitals({
    workers,
    isEnd: (stage) => ends.some(({ id }) => id === stage),
    // A Worker that works may be slow to answer; one that is gone never does.
    silence: 2 * watchdog + 5000,
    memory: settings.memory,
    fail,
  });
}
