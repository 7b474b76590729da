/** What stands for a value that is not defined. */
export const UNDEFINED = "–";

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const CENTS = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const ANY = new Intl.NumberFormat("en-US", { maximumFractionDigits: 10 });

/** Whole numbers, with separators. */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** A number and its noun: `1 trade`, `2 trades`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Two decimals, with separators, and a true minus sign. */
export function money(value: number | null | undefined): string {
  if (!isNumber(value)) return UNDEFINED;
  return minus(CENTS.format(unsigned(value, 0.005)));
}

/** Two decimals. */
export function ratio(value: number | null | undefined): string {
  if (!isNumber(value)) return UNDEFINED;
  return minus(CENTS.format(unsigned(value, 0.005)));
}

/** A fraction as a percentage with two decimals. */
export function percent(value: number | null | undefined): string {
  if (!isNumber(value)) return UNDEFINED;
  return `${minus(CENTS.format(unsigned(100 * value, 0.005)))} %`;
}

/** All digits that matter, with separators. */
export function exact(value: number | null | undefined): string {
  return isNumber(value) ? minus(ANY.format(value + 0)) : UNDEFINED;
}

/** Microseconds as a person would say them: `1 d 2 h`, `3 m 20 s`, `412 ms`. */
export function duration(us: number | null | undefined): string {
  if (!isNumber(us)) return UNDEFINED;
  if (us < 1e3) return `${count(us)} µs`;
  if (us < 1e6) return `${count(us / 1e3)} ms`;
  const seconds = Math.round(us / 1e6);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  return parts.slice(first, first + 2).filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`).join(" ");
}

/** Microseconds since the epoch as `2024-02-26 14:30:00`, UTC. */
export function timeText(us: number): string {
  return new Date(us / 1e3).toISOString().slice(0, 19).replace("T", " ");
}

/** Microseconds since the epoch as `2024-02-26`, UTC. */
export function dateText(us: number): string {
  return timeText(us).slice(0, 10);
}

/** Bytes by powers of 1,000. */
export function bytes(value: number): string {
  if (value < 1e3) return `${value} B`;
  if (value < 1e6) return `${(value / 1e3).toFixed(0)} kB`;
  return `${(value / 1e6).toFixed(1)} MB`;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** What would be shown as -0.00 is 0. */
function unsigned(value: number, least: number): number {
  return Math.abs(value) < least ? 0 : value;
}

function minus(text: string): string {
  return text.replace("-", "−");
}
