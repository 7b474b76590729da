const SECOND = 1_000_000_000n;
const DAY = 86_400;

/**
 * The wall clock of a time zone over a span: as `Temporal` has it, from the few
 * changes of the zone's offset that lie in the span. Times are in seconds,
 * those of the wall counted from its own 1970-01-01 00:00.
 */
export class WallClock {
  /** Offset from UTC by stretch, and the instant at which each stretch ends. */
  readonly #offsets: number[] = [];
  readonly #ends: number[] = [];

  /** Right for instants and walls up to two days beside the span. */
  constructor(timeZone: string, firstNs: bigint, lastNs: bigint) {
    const margin = 3n * BigInt(DAY) * SECOND;
    let at: Temporal.ZonedDateTime | null = new Temporal.ZonedDateTime(
      firstNs - margin,
      timeZone,
    );
    while (at !== null) {
      this.#offsets.push(Math.round(at.offsetNanoseconds / 1e9));
      const next: Temporal.ZonedDateTime | null = at.getTimeZoneTransition(
        "next",
      );
      if (next === null || next.epochNanoseconds > lastNs + margin) break;
      this.#ends.push(Number(next.epochNanoseconds / SECOND));
      at = next;
    }
    this.#ends.push(Infinity);
  }

  /** The day that the wall shows at an instant, counted from 1970-01-01. */
  dayAt(utc: number): number {
    const i = this.#ends.findIndex((end) => utc < end);
    return Math.floor((utc + this.#offsets[i]) / DAY);
  }

  /**
   * The instant of a wall clock time. Of a time that comes twice the first; a
   * time that a change skips means the instant as far after the change.
   */
  utcOf(wall: number): number {
    const offsets = this.#offsets;
    const ends = this.#ends;
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (wall - offsets[middle] < ends[middle]) high = middle;
      else low = middle + 1;
    }
    const skipped = low > 0 && wall - offsets[low] < ends[low - 1];
    return wall - offsets[skipped ? low - 1 : low];
  }

  /** False for a day that the zone leaves out: Samoa had no 30 December 2011. */
  has(day: number): boolean {
    return this.dayAt(this.utcOf(day * DAY + DAY / 2)) === day;
  }
}
