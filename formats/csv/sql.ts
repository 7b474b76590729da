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
 * whatever is wrong with it. What does not parse is infinity. The levels keep
 * DuckDB from computing a shared piece twice.
 */
export function scanQuery(query: ScanQuery): string {
  const { shape, zoned } = query;
  const field = (index: number) =>
    shape.quoted ? `trim(f[${index + 1}], ' "')` : `f[${index + 1}]`;
  const present = shape.values.filter((value) => value.field !== undefined);
  const time = timeSql(query.time);
  const fields = [
    "l",
    `${fitting(shape)} AS o`,
    `${field(shape.time)} AS x`,
    ...present.map((value, i) => `${field(value.field ?? 0)} AS x${i}`),
  ];
  const selected = [
    `coalesce(CASE WHEN o THEN ${time.result} END, ${NO_TIME_SQL}) AS t`,
    ...present.map((value, i) => `${valueSql(value, `x${i}`)} AS v${i}`),
    ...(zoned
      ? [`coalesce(regexp_matches(x, ${text(OFFSET_AT_END)}), false) AS z`]
      : []),
    "l",
  ];
  const split = `SELECT ${fields.join(", ")} FROM (${linesSql(query)})`;
  const levels = time.levels.reduce(
    (inner, level) => `SELECT *, ${level} FROM (${inner})`,
    split,
  );
  return `SELECT ${selected.join(", ")} FROM (${levels})`;
}

/** Whether a line has no more fields than the first; blanks may trail. */
function fitting({ fields, quoted }: Shape): string {
  return quoted
    ? `len(f) = ${fields}`
    : `(len(f) <= ${fields} OR (len(f) = ${fields + 1} AND f[-1] = ''))`;
}

/** A table function that gives a file's lines as `l`. */
export function linesOf(
  { path, packing, encoding = "utf-8", skip = 0 }: {
    path: string;
    packing: Packing;
    encoding?: ScanQuery["encoding"];
    skip?: number;
  },
): string {
  const options = [
    text(path),
    "auto_detect = false",
    "header = false",
    `skip = ${skip}`,
    "columns = {'l': 'VARCHAR'}",
    "delim = '\x01'",
    "quote = ''",
    "escape = ''",
    "null_padding = true",
    "strict_mode = false",
    `encoding = '${encoding}'`,
    `compression = '${packing === "zip" ? "none" : packing}'`,
  ];
  return `read_csv(${options.join(", ")})`;
}

function linesSql({ path, packing, encoding, shape }: ScanQuery): string {
  const { skip } = shape;
  const lines = `SELECT l FROM ${linesOf({ path, packing, encoding, skip })}`;
  const by = text(shape.delimiter);
  const split = `string_split(l, ${by})`;
  if (!shape.quoted) return `SELECT l, ${split} AS f FROM (${lines})`;
  const end = shape.delimiter.replace(/[.*+?^${}()|[\]\\-]/g, "\\$&");
  const pattern = ` *("(?:[^"]|"")*"|[^"${end}]*) *${end}`;
  const whole = `regexp_full_match(l || ${by}, ${text(`(?:${pattern})*`)})`;
  const unquote = `regexp_extract_all(l || ${by}, ${text(pattern)}, 1)`;
  return `SELECT l, CASE WHEN NOT contains(l, '"') THEN ${split} WHEN ${whole} THEN ${unquote} END AS f FROM (${lines})`;
}

interface TimeSql {
  /** Columns to work out first, each over the ones before. */
  readonly levels: readonly string[];
  /** Nanoseconds, or NULL. */
  readonly result: string;
}

function timeSql({ unit, pattern }: TimeColumn): TimeSql {
  if (pattern !== undefined) {
    return {
      levels: [`try_strptime(x, ${text(pattern)}) AS w`],
      result:
        "CASE WHEN w BETWEEN '1678-01-01' AND '2262-01-01' THEN epoch_ns(w) END",
    };
  }
  if (unit === "iso") {
    return {
      levels: ["TRY_CAST(x AS TIMESTAMP_NS) AS w"],
      result: "CASE WHEN isfinite(w) THEN epoch_ns(w) END",
    };
  }
  if (unit === "ns") {
    return {
      levels: [],
      result:
        "CASE WHEN contains(x, '.') THEN NULL ELSE TRY_CAST(x AS BIGINT) END",
    };
  }
  const digits = FRACTION_DIGITS[unit];
  const most = unit === "ms_since_midnight"
    ? 86_400_000n
    : (2n ** 63n - 1n) / 10n ** BigInt(digits) - 1n;
  const fraction = `rpad(coalesce(s[2], ''), ${digits}, '0')`;
  return {
    levels: [
      "string_split(x, '.') AS s",
      `TRY_CAST(s[1] AS BIGINT) AS w, TRY_CAST(${fraction} AS BIGINT) AS r`,
    ],
    result:
      `CASE WHEN len(s) <= 2 AND w BETWEEN 0 AND ${most} AND r >= 0 THEN w * ${
        10n ** BigInt(digits)
      } + r END`,
  };
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
