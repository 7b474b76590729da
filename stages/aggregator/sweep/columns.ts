import type { Column } from "../column.ts";

/** A column of numbers, or of words where some values are none. */
export function column(name: string, values: readonly unknown[]): Column {
  return values.every((value) => value === null || typeof value === "number")
    ? numbers(name, values as (number | null)[])
    : texts(name, values.map((value) => value === null ? "" : String(value)));
}

export function whole(name: string, values: readonly number[]): Column {
  return { name, type: "id", data: BigInt64Array.from(values, BigInt) };
}

export function numbers(
  name: string,
  values: readonly (number | null)[],
): Column {
  const missing = Uint8Array.from(values, (value) => value === null ? 1 : 0);
  return {
    name,
    type: "number?",
    data: Float64Array.from(values, (value) => value ?? 0),
    missing: missing.includes(1) ? missing : null,
  };
}

export function texts(name: string, values: readonly string[]): Column {
  const labels = [...new Set(values)];
  const codes = new Map(labels.map((label, code) => [label, code]));
  return {
    name,
    type: "text",
    codes: Float64Array.from(values, (value) => codes.get(value) ?? 0),
    labels,
  };
}
