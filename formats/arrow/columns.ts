import {
  DataType,
  type RecordBatch,
  type Schema,
  TimeUnit,
  type Vector,
} from "apache-arrow";
import { FormatError } from "../error.ts";
import type { TimeColumn, ValueColumn } from "../request.ts";

/** Stands for a time that there is none. */
export const NO_TIME = -(2n ** 63n);

/** Reads a column of a batch. */
export type Column<T> = (batch: RecordBatch) => T;

const MOST = 2n ** 63n - 1n;
const FACTOR: Readonly<Record<string, bigint>> = {
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  ns: 1n,
};
const STAMPS: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: FACTOR.s,
  [TimeUnit.MILLISECOND]: FACTOR.ms,
  [TimeUnit.MICROSECOND]: FACTOR.us,
  [TimeUnit.NANOSECOND]: 1n,
};

/** Nanoseconds since the epoch, {@link NO_TIME} where there is no such time. */
export function timeColumn(
  path: string,
  { column, unit }: TimeColumn,
  schema: Schema,
): Column<BigInt64Array> {
  const [at, type] = find(path, column, schema);
  const isStamp = DataType.isTimestamp(type);
  const factor = isStamp
    ? STAMPS[type.unit as TimeUnit]
    : DataType.isInt(type)
    ? FACTOR[unit]
    : undefined;
  if (factor === undefined) {
    throw new FormatError({
      code: "bad_data",
      message:
        `Cannot take ${column} of ${path} as a time in ${unit}: its type is ${type}`,
      file: path,
      hint:
        "a time is a timestamp, or a whole number with the unit s, ms, us or ns",
    });
  }
  return (batch) => {
    const vector = vectorOf(batch, at);
    const raw = valuesOf(vector);
    const time = new BigInt64Array(batch.numRows);
    const most = MOST / factor;
    const least = isStamp ? -most : 0n;
    for (let i = 0; i < time.length; i++) {
      const value = BigInt(raw[i]);
      time[i] = value < least || value > most || !vector.isValid(i)
        ? NO_TIME
        : value * factor;
    }
    return time;
  };
}

/** Numbers; a null is NaN, and what is no number or not in the map infinite. */
export function valueColumn(
  path: string,
  { column, default: fallback, divide = 1, map }: ValueColumn,
  schema: Schema,
): Column<Float64Array> {
  const isThere = typeof column === "number"
    ? column < schema.fields.length
    : schema.fields.some(({ name }) => name === column);
  if (!isThere && fallback !== undefined) {
    return (batch) => new Float64Array(batch.numRows).fill(fallback);
  }
  const [at, type] = find(path, column, schema);
  if (map) {
    const known = new Map(Object.entries(map));
    return (batch) =>
      filled(batch, at, (value) => known.get(String(value)) ?? Infinity);
  }
  if (DataType.isDecimal(type)) {
    const { scale } = type;
    return (batch) =>
      filled(batch, at, (value) => Number(`${value}e${-scale}`) / divide);
  }
  const isNumber = DataType.isFloat(type) || DataType.isInt(type) ||
    DataType.isUtf8(type);
  if (!isNumber) {
    throw new FormatError({
      code: "bad_data",
      message:
        `Cannot take ${column} of ${path} as numbers: its type is ${type}`,
      file: path,
    });
  }
  const isPlain = DataType.isFloat(type) && type.precision > 0 ||
    DataType.isInt(type) && type.bitWidth < 64;
  if (!isPlain) {
    return (batch) => filled(batch, at, (value) => numberOf(value) / divide);
  }
  return (batch) => {
    const vector = vectorOf(batch, at);
    const raw = valuesOf(vector) as Float64Array;
    const values = Float64Array.from(raw.subarray(0, batch.numRows));
    if (divide !== 1) {
      for (let i = 0; i < values.length; i++) values[i] /= divide;
    }
    if (vector.nullCount > 0) {
      for (let i = 0; i < values.length; i++) {
        if (!vector.isValid(i)) values[i] = NaN;
      }
    }
    return values;
  };
}

function filled(
  batch: RecordBatch,
  at: number,
  numberOf: (value: unknown) => number,
): Float64Array {
  const vector = vectorOf(batch, at);
  const values = new Float64Array(batch.numRows);
  for (let i = 0; i < values.length; i++) {
    const value = vector.get(i);
    values[i] = value === null ? NaN : numberOf(value);
  }
  return values;
}

function numberOf(value: unknown): number {
  const number = value === "" ? NaN : Number(value);
  return Number.isNaN(number) && typeof value === "string" &&
      value.toLowerCase() !== "nan"
    ? Infinity
    : number;
}

function vectorOf(batch: RecordBatch, at: number): Vector {
  const vector = batch.getChildAt(at);
  if (vector && vector.length === batch.numRows) return vector;
  throw new RangeError("a column has another number of rows than its batch");
}

/** The numbers behind a vector; fewer than its rows are a damaged batch. */
function valuesOf(vector: Vector): { readonly [row: number]: bigint | number } {
  const [data] = vector.data;
  const values = data?.values as ArrayLike<bigint | number> | undefined;
  if (values !== undefined && values.length >= vector.length) return values;
  throw new RangeError("a column is shorter than its batch");
}

function find(
  path: string,
  column: string | number,
  { fields }: Schema,
): [number, DataType] {
  const at = typeof column === "number"
    ? column
    : fields.findIndex(({ name }) => name === column);
  if (fields[at]) return [at, fields[at].type];
  throw new FormatError({
    code: "bad_data",
    message: `Cannot find column "${column}" in ${path}: current columns are ${
      fields.map(({ name }) => name).join(", ")
    }`,
    file: path,
  });
}
