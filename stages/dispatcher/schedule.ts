import { randomAt } from "../../engine/strategy/random.ts";

/**
 * Which lane runs which slice next, and which results count.
 *
 * Each lane gets a contiguous span of slices and carries its state from one to
 * the next; a lane that is through takes the second half of the largest span
 * that is left. The first slice of a span begins from a guess. A slice counts
 * when the state it began from is, byte for byte, the state in which the slice
 * before it ended; the first slice that cannot count is run again from that
 * state. What counts is therefore the serial run, whatever the lanes did.
 *
 * Pure: it waits for nothing and knows no time.
 */
export class Schedule {
  readonly #rows: readonly number[];
  readonly #slices: number;
  readonly #lanes: readonly Lane[];
  /** For each slice the attempts that have finished. */
  readonly #attempts: Attempt[][];
  readonly #failures: Failure[][];
  readonly #running = new Set<number>();
  /** Slices to hand out one by one, the next one last; empty with spans. */
  readonly #order: number[];
  /** Slices before it count. */
  #settled = 0;
  #settledHash = "";
  #recalled = 0;
  /** Slices that were handed out again. */
  readonly #repaired = new Set<number>();
  /** How many of the last slices that count had to be run again, in a row. */
  #repairs = 0;
  #rerun = 0;
  #rerunRows = 0;

  /** @param shuffle order of slices whose seed this is, instead of spans */
  constructor(
    rows: readonly number[],
    lanes: number,
    { shuffle = null }: { readonly shuffle?: number | null } = {},
  ) {
    this.#slices = rows.length;
    this.#rows = rows;
    this.#attempts = Array.from({ length: rows.length }, () => []);
    this.#failures = Array.from({ length: rows.length }, () => []);
    const own = shuffle === null
      ? spans(rows, lanes)
      : Array.from({ length: lanes }, () => ({ next: 0, end: 0 }));
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

  get reruns(): { readonly slices: number; readonly rows: number } {
    return { slices: this.#rerun, rows: this.#rerunRows };
  }

  /** Work for a lane; null while there is none. */
  next(lane: number): Assignment | null {
    const own = this.#lanes[lane];
    const repair = this.#toRepair();
    if (repair !== null) {
      this.#rerun++;
      this.#repaired.add(repair.slice);
      this.#rerunRows += this.#rows[repair.slice];
      return this.#assign(own, repair.slice, {
        from: "state",
        state: repair.state,
      });
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
    const known = this.#attempts[slice - 1].at(-1);
    return this.#assign(
      own,
      slice,
      known ? { from: "state", state: known.end } : { from: "guess" },
    );
  }

  /** Takes in a run of a slice from before this schedule began. */
  recall(slice: number, attempt: Attempt): void {
    this.#attempts[slice].push(attempt);
    this.#recalled++;
  }

  /** Runs of slices that were taken in rather than handed out. */
  get recalled(): number {
    return this.#recalled;
  }

  /** Takes in what a lane has finished. */
  finish(slice: number, attempt: Attempt): void {
    this.#running.delete(slice);
    this.#attempts[slice].push(attempt);
    this.#forgetEnd(slice - 1, attempt.startHash);
    this.#settle();
  }

  /**
   * Takes in that a lane could not finish a slice. That counts only if the
   * serial run fails there too; a guess may lead a strategy where it would
   * never be.
   */
  fail(lane: number, slice: number, failure: Failure): void {
    this.#running.delete(slice);
    this.#failures[slice].push(failure);
    this.#lanes[lane].last = -1;
  }

  /** The failure that the serial run meets, once everything before it counts. */
  get failure(): Failure | undefined {
    return this.#failures[this.#settled]?.find(({ startHash }) =>
      startHash === this.#settledHash
    );
  }

  /**
   * Lets go of an end state from which the next slice has been run: should that
   * state count, so does what follows it.
   */
  #forgetEnd(slice: number, endHash: string): void {
    const attempts = this.#attempts[slice];
    const place = attempts?.findIndex((attempt) => attempt.endHash === endHash);
    if (place === undefined || place < 0) return;
    attempts[place] = { ...attempts[place], end: NO_STATE };
  }

  #assign(lane: Lane, slice: number, start: Start): Assignment {
    lane.last = slice;
    this.#running.add(slice);
    return { slice, start };
  }

  #settle(): void {
    while (this.#settled < this.#slices) {
      const match = this.#attempts[this.#settled].find(({ startHash }) =>
        startHash === this.#settledHash
      );
      if (!match) return;
      this.#settledHash = match.endHash;
      this.#repairs = this.#repaired.delete(this.#settled)
        ? this.#repairs + 1
        : 0;
      // Only the state at the frontier can still be asked for.
      this.#attempts[this.#settled] = [match];
      if (this.#settled > 0) this.#attempts[this.#settled - 1] = [];
      this.#settled++;
    }
  }

  /** The first slice that has been run, but not from the state that counts. */
  #toRepair(): { slice: number; state: Float64Array } | null {
    const slice = this.#settled;
    if (slice === 0 || slice === this.#slices) return null;
    const tried = this.#attempts[slice].length + this.#failures[slice].length;
    if (this.#running.has(slice) || tried === 0) return null;
    return { slice, state: this.#attempts[slice - 1][0].end };
  }

  /**
   * With guesses that are always wrong only the next slice in order is worth
   * running: another would have to be run again.
   */
  #serial(lane: Lane): Assignment | null {
    const slice = this.#settled;
    if (this.#running.has(slice) || !this.#take(slice)) return null;
    const state = this.#attempts[slice - 1][0].end;
    return this.#assign(lane, slice, { from: "state", state });
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
    return slice > 0 && this.#attempts[slice].length > 0;
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
  | { readonly from: "state"; readonly state: Float64Array }
  /** From a warm-up. */
  | { readonly from: "guess" };

export interface Assignment {
  readonly slice: number;
  readonly start: Start;
}

/** One finished run of a slice. */
export interface Attempt {
  readonly startHash: string;
  readonly endHash: string;
  readonly end: Float64Array;
}

/** A run of a slice that the strategy did not survive. */
export interface Failure<Cause = unknown> {
  /** Empty when the slice could not even begin. */
  readonly startHash: string;
  readonly cause: Cause;
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
