const DAY = 86_400_000_000_000n;

/** 00:00 UTC of the day of `ns`, in epoch nanoseconds. */
export function originOf(ns: bigint): bigint {
  const day = ns / DAY - (ns < 0n && ns % DAY !== 0n ? 1n : 0n);
  return day * DAY;
}
