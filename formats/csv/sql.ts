import { text } from "../duckdb/open.ts";
import type { TimeColumn } from "../request.ts";
import type { Packing } from "./bytes.ts";
import type { Shape, ValueShape } from "./shape.ts";

/** Value of `t` where a row's time, or its number of fields, is unusable. */
export const NO_TIME = -(2n ** 63n);

const NO_TIME_SQL = "(-9223372036854775807::BIGINT - 1)";
const FRACTION_DIGITS = { s: 9, ms: 6, us: 3, ms_since_midnight: 6 } as const;
const OFFSET_AT_END = String.raw`:\d\d(\.\d+)?\s*([Zz]|[+-]\d\d(:?\d\d)?)$`;

export interface ScanQuery {
  readonly path: string;
  readonly packing: Packing;
  readonly encoding: "utf-8" | "latin-1";
  readonly shape: Shape;
  readonly time: TimeColumn;
  /** Whether the result says which times carry an offset of their own. */
  readonly zoned: boolean;
}

/**
 * One row a line, in the file's order: `t` (int64 nanoseconds, by the wall
 * clock where the text carries no offset), one DOUBLE for each value that the
 * file has, `z` when asked for, and the line itself as `l`.
 *
 * A line is read as one VARCHAR and split here, which costs a fifth more than
 * letting the CSV reader split it, and gives each row its true line and text
 * whatever is wrong with it. What does not parse is infinity.
 */
export function scanQuery(query: ScanQuery): string {
  const { shape, zoned } = query;
  const field = (index: number) =>
    shape.quoted
      ? `trim(f[${index + 1}], ' "')`
      : `split_part(l, ${text(shape.delimiter)}, ${index + 1})`;
  const overfull = shape.quoted
    ? `len(f) = ${shape.fields}`
    : `${field(shape.fields)} = ''`;
  const present = shape.values.filter((value) => value.field !== undefined);
  const selected = [
    `coalesce(CASE WHEN ${overfull} THEN ${
      timeSql(query.time)
    } END, ${NO_TIME_SQL}) AS t`,
    ...present.map((value, i) => `${valueSql(value, `x${i}`)} AS v${i}`),
    ...(zoned
      ? [`coalesce(regexp_matches(x, ${text(OFFSET_AT_END)}), false) AS z`]
      : []),
    "l",
  ];
  const fields = [
    "*",
    `${field(shape.time)} AS x`,
    ...present.map((value, i) => `${field(value.field ?? 0)} AS x${i}`),
  ];
  return `SELECT ${selected.join(", ")} FROM (SELECT ${
    fields.join(", ")
  } FROM (${linesSql(query)}))`;
}

function linesSql({ path, packing, encoding, shape }: ScanQuery): string {
  const options = [
    text(path),
    "auto_detect = false",
    "header = false",
    `skip = ${shape.skip}`,
    "columns = {'l': 'VARCHAR'}",
    "delim = '\x01'",
    "quote = ''",
    "escape = ''",
    "null_padding = true",
    "strict_mode = false",
    `encoding = '${encoding}'`,
    `compression = '${packing === "zip" ? "none" : packing}'`,
  ];
  const lines = `SELECT l FROM read_csv(${options.join(", ")})`;
  if (!shape.quoted) return lines;
  const end = shape.delimiter.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = `("(?:[^"]|"")*"|[^"${end.replace("]", "\\]")}]*)\\s*${end}`;
  return `SELECT l, CASE WHEN contains(l, '"') THEN regexp_extract_all(l || ${
    text(shape.delimiter)
  }, ${text(pattern)}, 1) ELSE string_split(l, ${
    text(shape.delimiter)
  }) END AS f FROM (${lines})`;
}

function timeSql({ unit, pattern }: TimeColumn): string {
  if (pattern !== undefined) {
    const at = `try_strptime(x, ${text(pattern)})`;
    return `CASE WHEN ${at} BETWEEN '1678-01-01' AND '2262-01-01' THEN epoch_ns(${at}) END`;
  }
  if (unit === "iso") return "epoch_ns(TRY_CAST(x AS TIMESTAMP_NS))";
  if (unit === "ns") return "TRY_CAST(x AS BIGINT)";
  const digits = FRACTION_DIGITS[unit];
  const whole = "TRY_CAST(split_part(x, '.', 1) AS BIGINT)";
  const fraction =
    `TRY_CAST(rpad(split_part(x, '.', 2), ${digits}, '0') AS BIGINT)`;
  const most = unit === "ms_since_midnight"
    ? 86_400_000n
    : (2n ** 63n - 1n) / 10n ** BigInt(digits) - 1n;
  return `CASE WHEN ${whole} BETWEEN 0 AND ${most} AND ${fraction} >= 0 AND split_part(x, '.', 3) = '' THEN ${whole} * ${
    10n ** BigInt(digits)
  } + ${fraction} END`;
}

function valueSql({ options }: ValueShape, x: string): string {
  if (options.map) {
    const cases = Object.entries(options.map).map(([raw, value]) =>
      `WHEN ${text(raw)} THEN ${value}::DOUBLE`
    );
    return `CASE trim(${x}) ${cases.join(" ")} ELSE 'inf'::DOUBLE END`;
  }
  const divide = options.divide === undefined || options.divide === 1
    ? ""
    : ` / ${options.divide}::DOUBLE`;
  return `coalesce(TRY_CAST(${x} AS DOUBLE)${divide}, 'inf'::DOUBLE)`;
}
