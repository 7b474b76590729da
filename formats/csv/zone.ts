import { FormatError } from "../error.ts";

const HALF_HOUR = 1_800_000_000_000n;
const FAR = 1n << 63n;
const FIXED = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$/;

/**
 * Turns local wall-clock time into UTC.
 *
 * An hour that occurs twice is read as its first occurrence until the clock
 * falls by more than half an hour, then as its second. A time that daylight
 * saving skips gives undefined.
 */
export class WallClock {
  readonly #zone: string;
  readonly #fixed: bigint | undefined;
  #from = 0n;
  #until = 0n;
  #offset = 0n;
  #fold: { from: bigint; until: bigint; later: bigint } | undefined;
  #last = 0n;
  #late = false;

  /** `zone` is an IANA name or a fixed offset such as `UTC-05:00`. */
  constructor(zone: string) {
    this.#zone = zone;
    this.#fixed = fixedOffset(zone);
    if (this.#fixed === undefined) checkZone(zone);
  }

  /** True when wall-clock time is UTC. */
  get isUtc(): boolean {
    return this.#fixed === 0n;
  }

  /** `wall` counts nanoseconds as if the wall clock showed UTC. */
  toUtc(wall: bigint): bigint | undefined {
    if (this.#fixed !== undefined) return wall - this.#fixed;
    if (wall >= this.#from && wall < this.#until) {
      this.#last = wall;
      return wall - this.#offset;
    }
    return this.#look(wall);
  }

  #look(wall: bigint): bigint | undefined {
    const plain = new Temporal.Instant(wall).toZonedDateTimeISO("UTC")
      .toPlainDateTime();
    const early = plain.toZonedDateTime(this.#zone, {
      disambiguation: "earlier",
    });
    const late = plain.toZonedDateTime(this.#zone, { disambiguation: "later" });
    if (early.epochNanoseconds !== late.epochNanoseconds) {
      if (!early.toPlainDateTime().equals(plain)) return undefined;
      return this.#inFold(wall, early, late);
    }
    this.#fold = undefined;
    this.#late = false;
    this.#offset = BigInt(early.offsetNanoseconds);
    const next = early.getTimeZoneTransition("next");
    const previous = early.getTimeZoneTransition("previous");
    this.#until = next ? wallEdge(next, "low") : FAR;
    this.#from = previous ? wallEdge(previous, "high") : -FAR;
    this.#last = wall;
    return wall - this.#offset;
  }

  #inFold(
    wall: bigint,
    early: Temporal.ZonedDateTime,
    late: Temporal.ZonedDateTime,
  ): bigint {
    const later = BigInt(late.offsetNanoseconds);
    if (this.#fold?.later !== later) {
      this.#fold = { from: wall, until: wall, later };
      this.#late = false;
    } else if (wall < this.#last - HALF_HOUR) {
      this.#late = true;
    }
    this.#last = wall;
    return wall - (this.#late ? later : BigInt(early.offsetNanoseconds));
  }
}

function checkZone(zone: string): void {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
  } catch (cause) {
    throw new FormatError({
      code: "bad_data",
      message: `Cannot find the time zone: current value is ${zone}`,
      hint: "use an IANA name such as America/New_York, or UTC-05:00",
      cause,
    });
  }
}

/** Wall-clock time at a change of offset, on its earlier or its later reading. */
function wallEdge(
  change: Temporal.ZonedDateTime,
  side: "low" | "high",
): bigint {
  const at = change.epochNanoseconds;
  const after = BigInt(change.offsetNanoseconds);
  const before = BigInt(
    change.subtract({ nanoseconds: 1 }).offsetNanoseconds,
  );
  const low = before < after ? before : after;
  const high = before < after ? after : before;
  return at + (side === "low" ? low : high);
}

function fixedOffset(zone: string): bigint | undefined {
  if (/^(UTC|GMT|Z)$/i.test(zone)) return 0n;
  const match = FIXED.exec(zone);
  if (!match) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return BigInt(match[1] === "-" ? -minutes : minutes) * 60_000_000_000n;
}
