import { randomAt } from "../../engine/strategy/random.ts";
import { Chains, type Piece } from "../chain.ts";

/**
 * Which lane runs which slice next, and which results count.
 *
 * Each lane gets a contiguous span of slices and carries its state from one to
 * the next; a lane that is through takes the second half of the largest span
 * that is left. The first slice of a span begins from a guess. A slice counts
 * when the state it began from is, byte for byte, the state in which the slice
 * before it ended; the first slice that cannot count is run again from that
 * state, until it meets a run that is known in the same state: the rest of that
 * one counts then. What counts is therefore the serial run, whatever the lanes
 * did.
 *
 * Pure: it waits for nothing and knows no time.
 */
export class Schedule {
  readonly #slices: number;
  readonly #lanes: readonly Lane[];
  readonly #chains = new Chains<Attempt>();
  readonly #failures: Failure[][];
  /** For each slice how many runs of it have come to an end. */
  readonly #runs: number[];
  readonly #running = new Set<number>();
  /** Slices to hand out one by one, the next one last; empty with spans. */
  readonly #order: number[];
  /** Slices before it count. */
  #settled = 0;
  #settledHash = "";
  /** The state in which what counts ends. */
  #settledEnd: Float64Array = NO_STATE;
  #recalled = 0;
  /** Slices that were handed out again. */
  readonly #repaired = new Set<number>();
  /** How many of the last slices that count had to be run again, in a row. */
  #repairs = 0;
  #rerun = 0;
  #rerunRows = 0;
  #met = 0;

  /**
   * @param options.shuffle order of slices whose seed this is, instead of spans
   * @param options.owners lanes that get spans at first; all when absent
   */
  constructor(
    rows: readonly number[],
    lanes: number,
    { shuffle = null, owners }: {
      readonly shuffle?: number | null;
      readonly owners?: readonly number[];
    } = {},
  ) {
    this.#slices = rows.length;
    this.#runs = new Array<number>(rows.length).fill(0);
    this.#failures = Array.from({ length: rows.length }, () => []);
    const own = Array.from({ length: lanes }, () => ({ next: 0, end: 0 }));
    if (shuffle === null) {
      const first = owners ?? own.keys().toArray();
      for (const [i, span] of spans(rows, first.length).entries()) {
        own[first[i]] = span;
      }
    }
    this.#lanes = own.map((span) => ({ ...span, last: -1 }));
    this.#order = shuffle === null ? [] : shuffled(rows.length, shuffle);
  }

  /** The state before the first event; every lane says the same. */
  begin(hash: string): void {
    if (this.#settled > 0) return;
    this.#settledHash = hash;
    this.#settle();
  }

  get done(): boolean {
    return this.#settled === this.#slices;
  }

  get settled(): number {
    return this.#settled;
  }

  /** Slices that have not been handed out. */
  get left(): number {
    const spans = this.#lanes.reduce(
      (sum, { next, end }) => sum + end - next,
      0,
    );
    return spans + this.#order.length;
  }

  /** Before anything was handed out: a lane takes over all of it. */
  claim(lane: number): void {
    const holder = this.#lanes.find(({ next, end }) => next < end);
    const own = this.#lanes[lane];
    if (holder === undefined || holder === own) return;
    own.next = holder.next;
    own.end = holder.end;
    holder.next = holder.end = 0;
  }

  /** A lane turns to something else: its last state is gone. */
  leave(lane: number): void {
    this.#lanes[lane].last = -1;
  }

  get reruns(): Reruns {
    return { slices: this.#rerun, rows: this.#rerunRows, met: this.#met };
  }

  /** Work for a lane; null while there is none. */
  next(lane: number): Assignment | null {
    const own = this.#lanes[lane];
    const repair = this.#toRepair();
    if (repair !== null) {
      this.#rerun++;
      this.#repaired.add(repair);
      const assignment = this.#assign(own, repair, {
        from: "state",
        state: this.#settledEnd,
        known: this.#known(repair),
      });
      // It may not come to the slice's end.
      own.last = -1;
      return assignment;
    }
    if (this.#repairs >= PATIENCE) return this.#serial(own);
    let slice: number | null;
    do {
      slice = this.#order.pop() ?? this.#fromSpan(own);
      if (slice === null) return null;
    } while (this.#hasRun(slice));
    if (slice === 0) return this.#assign(own, slice, { from: "beginning" });
    if (own.last === slice - 1) {
      return this.#assign(own, slice, { from: "last" });
    }
    const state = slice === this.#settled
      ? this.#settledEnd
      : this.#chains.of(slice - 1).find(({ end }) => end.length > 0)?.end ??
        NO_STATE;
    return this.#assign(
      own,
      slice,
      state.length > 0
        ? { from: "state", state, known: [] }
        : { from: "guess" },
    );
  }

  /** Takes in a run from before this schedule began. */
  recall(attempt: Attempt): void {
    this.#chains.add(attempt);
    if (!attempt.last) return;
    if (this.#runs[attempt.slice] === 0) this.#recalled++;
    this.#runs[attempt.slice]++;
  }

  /** Slices that had been run to their end before. */
  get recalled(): number {
    return this.#recalled;
  }

  /**
   * Takes in what a lane has run.
   *
   * @param through the lane has done what it was given: it came to the slice's
   * end or met a run that is known
   */
  finish(attempt: Attempt, { through, rows }: Finished): void {
    const { slice, from, last } = attempt;
    this.#chains.add(attempt);
    if (this.#repaired.has(slice)) {
      this.#rerunRows += rows;
      if (through && !last) this.#met++;
    }
    if (through) {
      this.#running.delete(slice);
      this.#runs[slice]++;
    }
    if (from === 0) this.#forgetEnd(slice - 1, attempt.startHash);
    this.#settle();
  }

  /**
   * Takes in that a lane could not finish a slice. That counts only if the
   * serial run fails there too; a guess may lead a strategy where it would
   * never be.
   */
  fail(lane: number, slice: number, failure: Failure): void {
    this.#running.delete(slice);
    this.#runs[slice]++;
    this.#failures[slice].push(failure);
    this.#lanes[lane].last = -1;
  }

  /** The failure that the serial run meets, once everything before it counts. */
  get failure(): Failure | undefined {
    const slice = this.#settled;
    if (slice === this.#slices) return undefined;
    return this.#failureAfter(slice, 0, this.#settledHash);
  }

  /** The failure to which runs lead from an edge and a state. */
  #failureAfter(
    slice: number,
    from: number,
    startHash: string,
  ): Failure | undefined {
    // A run that failed as a whole may lie beside one that went in pieces.
    const passed: Meeting[] = [{ from, startHash }];
    for (const { to, endHash } of this.#chains.follow(slice, from, startHash)) {
      passed.push({ from: to, startHash: endHash });
    }
    return this.#failures[slice].find((failure) =>
      passed.some((at) =>
        failure.from === at.from && failure.startHash === at.startHash
      )
    );
  }

  /** Edges and states from which what comes of the slice is known. */
  #known(slice: number): Meeting[] {
    const starts = [...this.#chains.of(slice), ...this.#failures[slice]];
    return starts
      .filter(({ from, startHash }) =>
        from > 0 &&
        (this.#chains.follow(slice, from, startHash).at(-1)?.last ||
          this.#failureAfter(slice, from, startHash) !== undefined)
      )
      .map(({ from, startHash }) => ({ from, startHash }));
  }

  /**
   * Lets go of an end state from which the next slice has been run: should that
   * state count, so does what follows it.
   */
  #forgetEnd(slice: number, endHash: string): void {
    this.#chains.keep(
      slice,
      this.#chains.of(slice).map((attempt) =>
        attempt.last && attempt.endHash === endHash
          ? { ...attempt, end: NO_STATE }
          : attempt
      ),
    );
  }

  #assign(lane: Lane, slice: number, start: Start): Assignment {
    lane.last = slice;
    this.#running.add(slice);
    return { slice, start };
  }

  #settle(): void {
    while (this.#settled < this.#slices) {
      const chain = this.#chains.follow(this.#settled, 0, this.#settledHash);
      const end = chain.at(-1);
      if (!end?.last) return;
      this.#settledHash = end.endHash;
      this.#settledEnd = end.end;
      this.#repairs = this.#repaired.delete(this.#settled)
        ? this.#repairs + 1
        : 0;
      this.#chains.keep(this.#settled, []);
      this.#settled++;
    }
  }

  /** The first slice that has been run, but not from the state that counts. */
  #toRepair(): number | null {
    const slice = this.#settled;
    if (slice === 0 || slice === this.#slices) return null;
    return this.#running.has(slice) || this.#runs[slice] === 0 ? null : slice;
  }

  /**
   * With guesses that are always wrong only the next slice in order is worth
   * running: another would have to be run again.
   */
  #serial(lane: Lane): Assignment | null {
    const slice = this.#settled;
    if (this.#running.has(slice) || !this.#take(slice)) return null;
    const state = this.#settledEnd;
    return this.#assign(lane, slice, { from: "state", state, known: [] });
  }

  /** Takes a slice from wherever it waits; false when it was handed out before. */
  #take(slice: number): boolean {
    const place = this.#order.indexOf(slice);
    if (place >= 0) {
      this.#order.splice(place, 1);
      return true;
    }
    // What lies before it has run.
    const owner = this.#lanes.find(({ next, end }) =>
      next <= slice && slice < end
    );
    if (owner) owner.next = slice + 1;
    return owner !== undefined;
  }

  #hasRun(slice: number): boolean {
    if (slice < this.#settled) return true;
    // Nothing comes before the first slice from which it could be repaired.
    return slice > 0 &&
      this.#chains.of(slice).some(({ last }) => last);
  }

  #fromSpan(lane: Lane): number | null {
    if (lane.next === lane.end && !this.#steal(lane)) return null;
    return lane.next++;
  }

  #steal(thief: Lane): boolean {
    let victim: Lane | null = null;
    for (const lane of this.#lanes) {
      if (victim === null || lane.end - lane.next > victim.end - victim.next) {
        victim = lane;
      }
    }
    if (victim === null || victim.end === victim.next) return false;
    const middle = victim.next + ((victim.end - victim.next) >> 1);
    thief.next = middle;
    thief.end = victim.end;
    victim.end = middle;
    return true;
  }
}

/** Slices in a row that are run again before guessing stops for a while. */
const PATIENCE = 4;

const NO_STATE = new Float64Array(0);

/** How a slice begins. */
export type Start =
  /** At the start of all ticks, with nothing seen. */
  | { readonly from: "beginning" }
  /** From the state in which the lane's last slice ended. */
  | { readonly from: "last" }
  /** From a state that another lane reached. */
  | {
    readonly from: "state";
    readonly state: Float64Array;
    /** Where it may end: what follows from there is known. */
    readonly known: readonly Meeting[];
  }
  /** From a warm-up. */
  | { readonly from: "guess" };

export interface Assignment {
  readonly slice: number;
  readonly start: Start;
}

/** An edge within a slice, and a state in which a run has passed it. */
export type Meeting = Pick<Piece, "from" | "startHash">;

/** One finished run of a piece. */
export interface Attempt extends Piece {
  /** The state in which it ended; empty within a slice. */
  readonly end: Float64Array;
}

export interface Finished {
  readonly through: boolean;
  /** Rows of the piece. */
  readonly rows: number;
}

/** A run of a piece that the strategy did not survive. */
export interface Failure<Cause = unknown> {
  readonly from: number;
  /** Empty when the slice could not even begin. */
  readonly startHash: string;
  readonly cause: Cause;
}

/** What had to be run again. */
export interface Reruns {
  readonly slices: number;
  readonly rows: number;
  /** Slices of which only a part was run: it met a run that was known. */
  readonly met: number;
}

interface Lane {
  /** Slices `[next, end)` are this lane's and not yet begun. */
  next: number;
  end: number;
  /** The slice that it was given last. */
  last: number;
}

/** Cuts the slices into one contiguous span a lane, of about as many rows each. */
function spans(
  rows: readonly number[],
  lanes: number,
): { next: number; end: number }[] {
  const total = rows.reduce((sum, n) => sum + n, 0);
  const edges = [0];
  let sum = 0;
  for (let slice = 0; slice < rows.length; slice++) {
    sum += rows[slice];
    while (edges.length < lanes && sum >= total * edges.length / lanes) {
      edges.push(slice + 1);
    }
  }
  while (edges.length < lanes) edges.push(rows.length);
  return edges.map((next, i) => ({
    next,
    end: edges[i + 1] ?? rows.length,
  }));
}

/** All slices in an order that the seed fixes (Fisher and Yates). */
function shuffled(slices: number, seed: number): number[] {
  const order = Array.from({ length: slices }, (_, slice) => slice);
  for (let i = slices - 1; i > 0; i--) {
    const j = Math.floor(randomAt(seed, i, 0) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
