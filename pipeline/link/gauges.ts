/**
 * Numbers that a Worker keeps writing and the supervisor keeps reading, in
 * shared memory so that neither waits for the other. For people and watchdogs
 * only: nothing of a result depends on them.
 */
const FIELDS = [
  /** Counts up whenever the Worker gets on. */
  "beats",
  /** One of {@link ACTIVITY}. */
  "activity",
  /** Rows finished that count for the result. */
  "rows",
  /** Rows run in all, warm-up and re-runs included. */
  "work",
  /** Event time reached, ns since the run's origin. */
  "time",
  "slice",
  /** Row number at the last beat. */
  "tick",
  /** Milliseconds spent busy, waiting for input, waiting for slots. */
  "busy",
  "starved",
  "blocked",
  /** Bytes of results that it keeps: they grow with what a run does. */
  "kept",
] as const;

export type GaugeName = typeof FIELDS[number];

export const ACTIVITY = { idle: 0, busy: 1, starved: 2, blocked: 3 } as const;

const STRIDE = 16;

/** Taken before a strategy's sandbox takes the clock away. */
const now = performance.now.bind(performance);

export function allocateGauges(workers: number): SharedArrayBuffer {
  return new SharedArrayBuffer(
    workers * STRIDE * Float64Array.BYTES_PER_ELEMENT,
  );
}

/** One Worker's gauges. */
export class Gauges {
  readonly #values: Float64Array;

  constructor(buffer: SharedArrayBuffer, index: number) {
    const offset = index * STRIDE * Float64Array.BYTES_PER_ELEMENT;
    this.#values = new Float64Array(buffer, offset, STRIDE);
  }

  get(name: GaugeName): number {
    return this.#values[FIELDS.indexOf(name)];
  }

  set(name: GaugeName, value: number): void {
    this.#values[FIELDS.indexOf(name)] = value;
  }

  add(name: GaugeName, value: number): void {
    this.#values[FIELDS.indexOf(name)] += value;
  }

  /** As {@link during}, for work that does not wait. */
  busy<T>(work: () => T): T {
    const begun = now();
    this.set("activity", ACTIVITY.busy);
    try {
      return work();
    } finally {
      this.add("busy", now() - begun);
      this.add("beats", 1);
      this.set("activity", ACTIVITY.idle);
    }
  }

  /** Counts the time of `work` as `activity`. */
  async during<T>(
    activity: "starved" | "blocked",
    work: () => Promise<T>,
  ): Promise<T> {
    const begun = now();
    this.set("activity", ACTIVITY[activity]);
    try {
      return await work();
    } finally {
      this.add(activity, now() - begun);
      this.set("activity", ACTIVITY.idle);
    }
  }
}
