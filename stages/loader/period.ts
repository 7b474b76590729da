const EDGE =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}[\d:.]*)(Z|[+-]\d{2}:\d{2})?)?(?:\[([\w/+-]+)\])?$/;

/** An edge of a period as it is written: a day or an instant. */
export interface Period {
  readonly from?: string;
  readonly to?: string;
}

/** `[from, to)` in nanoseconds since the epoch, decimal. */
export function rangeOf({ from, to }: Period): Period {
  return {
    ...(from === undefined ? {} : { from: String(edgeOf(from, "from")) }),
    ...(to === undefined ? {} : { to: String(edgeOf(to, "to")) }),
  };
}

/**
 * Nanoseconds since the epoch of `2024-03-04`, `2024-03-04T14:30`, with `Z`, an
 * offset or `[America/New_York]` behind it; UTC without. A day at the end of a
 * period is whole. Undefined when it is neither.
 */
export function edgeOf(text: string, side: "from" | "to"): bigint | undefined {
  const [, date, time, offset, zone] = EDGE.exec(text) ?? [];
  if (date === undefined || (offset && zone)) return undefined;
  try {
    const ns = nanosecondsOf({ date, time, offset, zone: zone ?? "UTC" }, side);
    return ns >= -(2n ** 63n) && ns < 2n ** 63n ? ns : undefined;
  } catch {
    return undefined;
  }
}

function nanosecondsOf(
  { date, time, offset, zone }: {
    date: string;
    time?: string;
    offset?: string;
    zone: string;
  },
  side: "from" | "to",
): bigint {
  if (time === undefined) {
    const days = side === "to" ? 1 : 0;
    return Temporal.PlainDate.from(date).add({ days })
      .toZonedDateTime({ timeZone: zone }).epochNanoseconds;
  }
  if (offset !== undefined) {
    return Temporal.Instant.from(`${date}T${time}${offset}`).epochNanoseconds;
  }
  return Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(zone)
    .epochNanoseconds;
}
