const GROUPED = new Intl.NumberFormat("en-US");

/** `5,049,331`. */
export function grouped(value: number): string {
  return GROUPED.format(Math.round(value));
}

/** `41.2 M`, `830 k`: three significant digits. */
export function compact(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} G`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e3) return `${(value / 1e3).toPrecision(3)} k`;
  return value.toFixed(0);
}

/** `0.42 s`, `12 s`, `3 min 20 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `96 MB` (powers of 1024). */
export function bytes(value: number): string {
  if (value >= 2 ** 30) return `${(value / 2 ** 30).toPrecision(3)} GB`;
  if (value >= 2 ** 20) return `${(value / 2 ** 20).toPrecision(3)} MB`;
  return `${Math.ceil(value / 1024)} KB`;
}
