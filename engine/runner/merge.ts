import type { Feed } from "./feed.ts";

/** Whether a feed's next event comes before another's. */
export function precedes(a: Feed, b: Feed): boolean {
  const ta = a.times[a.at];
  const tb = b.times[b.at];
  return ta < tb || (ta === tb && ranksBefore(a, b));
}

/** At equal times: bars first, then feeds in their order. */
export function ranksBefore(a: Feed, b: Feed): boolean {
  const barsA = a.spec.kind === "bars";
  const barsB = b.spec.kind === "bars";
  return barsA === barsB ? a.index < b.index : barsA;
}

/** Orders of an instrument match on its ticks; on its bars when there are none. */
export function matchesOn(
  feeds: readonly Feed[],
  { index, spec }: Feed,
): boolean {
  const own = feeds.filter((f) => f.spec.instrument === spec.instrument);
  const ticks = own.filter((f) => f.spec.kind !== "bars");
  return ticks.length > 0 ? spec.kind !== "bars" : own[0].index === index;
}
