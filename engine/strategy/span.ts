import type { Span } from "./strategy.ts";

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86400e9,
};

/**
 * Nanoseconds of a duration such as `30s`, `5m` or `1h`.
 *
 * @throws TypeError for anything else, and for what is not above 0
 */
export function spanOf(span: Span, what: string): number {
  const ns = typeof span === "number" ? span : parse(span);
  if (ns > 0 && Number.isFinite(ns)) return ns;
  throw new TypeError(
    `Cannot use ${what}: current value is ${
      JSON.stringify(span)
    }, it must be a duration such as "30s" or "5m"`,
  );
}

function parse(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ns|us|ms|s|m|h|d)$/.exec(text);
  return match ? Math.round(Number(match[1]) * UNITS[match[2]]) : NaN;
}
