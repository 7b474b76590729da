/** 1 where a value is missing; null: none is. */
type Missing = Uint8Array | null;

/** A column of a file; with `?`, values may be missing. */
export type Column =
  | { name: string; type: "time" | "id"; data: BigInt64Array }
  | { name: string; type: "time?"; data: BigInt64Array; missing: Missing }
  | { name: string; type: "number"; data: Float64Array }
  | { name: string; type: "number?"; data: Float64Array; missing: Missing }
  /** Days since 1970-01-01. */
  | { name: string; type: "date"; data: Int32Array }
  | {
    name: string;
    type: "text";
    codes: Float64Array;
    labels: readonly string[];
  };
