import {
  type Assignment,
  type Attempt,
  type Failure,
  type Finished,
  type Reruns,
  Schedule,
} from "./schedule.ts";

export interface JobsOptions {
  /** Rows of each slice, for each job. */
  readonly rows: readonly (readonly number[])[];
  readonly lanes: number;
  readonly shuffle?: number | null;
}

/** A slice of one of the jobs. */
export interface JobAssignment extends Assignment {
  readonly job: number;
}

/**
 * Several chains of slices that know nothing of each other, and which lane
 * works on which: the bundles of a sweep. A run without a sweep is one job.
 *
 * Lanes share the jobs out among themselves; with as many jobs as lanes each
 * runs its own from the first slice to the last, and no slice begins from a
 * guess. A lane that is through takes a job that nobody has begun, and then
 * helps where most is left.
 */
export class Jobs {
  readonly #schedules: readonly Schedule[];
  readonly #begun: boolean[];
  /** The job on which each lane works. */
  readonly #own: number[];

  constructor({ rows, lanes, shuffle = null }: JobsOptions) {
    const jobs = rows.length;
    this.#own = Array.from({ length: lanes }, (_, lane) => lane % jobs);
    this.#begun = rows.map((_, job) => job < lanes);
    this.#schedules = rows.map((each, job) => {
      const owners = this.#own.flatMap((own, lane) => own === job ? lane : []);
      return new Schedule(each, lanes, {
        shuffle,
        owners: owners.length === 0 ? [0] : owners,
      });
    });
  }

  /** The state of a job before its first event. */
  begin(job: number, hash: string): void {
    this.#schedules[job].begin(hash);
  }

  get done(): boolean {
    return this.#schedules.every(({ done }) => done);
  }

  /** Slices that count, all jobs together. */
  get settled(): number {
    return this.#sum(({ settled }) => settled);
  }

  get recalled(): number {
    return this.#sum(({ recalled }) => recalled);
  }

  get reruns(): Reruns {
    return {
      slices: this.#sum(({ reruns }) => reruns.slices),
      rows: this.#sum(({ reruns }) => reruns.rows),
      met: this.#sum(({ reruns }) => reruns.met),
    };
  }

  /** Work for a lane; null while there is none. */
  next(lane: number): JobAssignment | null {
    const own = this.#from(this.#own[lane], lane);
    if (own !== null) return own;
    for (;;) {
      const fresh = this.#begun.indexOf(false);
      if (fresh < 0) break;
      this.#begun[fresh] = true;
      this.#schedules[fresh].claim(lane);
      const first = this.#from(fresh, lane);
      if (first !== null) return first;
    }
    const others = [...this.#schedules.keys()].toSorted((a, b) =>
      this.#schedules[b].left - this.#schedules[a].left
    );
    for (const job of others) {
      const help = this.#from(job, lane);
      if (help !== null) return help;
    }
    return null;
  }

  /** See {@link Schedule.recall}. */
  recall(job: number, attempt: Attempt): void {
    this.#schedules[job].recall(attempt);
  }

  /** See {@link Schedule.finish}. */
  finish(job: number, attempt: Attempt, finished: Finished): void {
    this.#schedules[job].finish(attempt, finished);
  }

  /** See {@link Schedule.fail}. */
  fail(job: number, lane: number, slice: number, failure: Failure): void {
    this.#schedules[job].fail(lane, slice, failure);
  }

  /** A failure that the serial run meets. */
  get failure(): Failure | undefined {
    for (const { failure } of this.#schedules) if (failure) return failure;
    return undefined;
  }

  #from(job: number, lane: number): JobAssignment | null {
    const schedule = this.#schedules[job];
    const assignment = schedule.done ? null : schedule.next(lane);
    if (assignment === null) return null;
    // The state of its last slice is gone when it comes back to a job.
    if (this.#own[lane] !== job) this.#schedules[this.#own[lane]].leave(lane);
    this.#own[lane] = job;
    return { ...assignment, job };
  }

  #sum(of: (schedule: Schedule) => number): number {
    return this.#schedules.reduce((sum, each) => sum + of(each), 0);
  }
}
