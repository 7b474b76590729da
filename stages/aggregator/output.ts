import { createHash } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { EquityCurve, RunRecord } from "./compose.ts";
import { int64Of } from "./int64.ts";
import type { Figures } from "./figures.ts";

/** Epoch times and names that make a record readable outside of its run. */
export interface OutputContext {
  /** Epoch nanoseconds of time 0. */
  readonly origin: bigint;
  readonly symbols: readonly string[];
}

type Column =
  | { name: string; type: "time" | "id"; data: BigInt64Array }
  | { name: string; type: "number"; data: Float64Array }
  | { name: string; type: "text"; data: string[] };

export function fillColumns(
  fills: RunRecord["fills"],
  { origin, symbols }: OutputContext,
): Column[] {
  return [
    { name: "time", type: "time", data: int64Of(fills.time, origin) },
    {
      name: "submitted",
      type: "time",
      data: int64Of(fills.submitted, origin),
    },
    {
      name: "order",
      type: "id",
      data: int64Of(fills.order),
    },
    {
      name: "instrument",
      type: "text",
      data: Array.from(fills.instrument, (index) => symbols[index]),
    },
    {
      name: "side",
      type: "text",
      data: Array.from(fills.side, (side) => side > 0 ? "buy" : "sell"),
    },
    { name: "quantity", type: "number", data: fills.quantity },
    { name: "price", type: "number", data: fills.price },
    { name: "commission", type: "number", data: fills.commission },
    {
      name: "liquidity",
      type: "text",
      data: Array.from(fills.maker, (maker) => maker === 1 ? "maker" : "taker"),
    },
    { name: "realised", type: "number", data: fills.realised },
  ];
}

export function equityColumns(
  curve: EquityCurve,
  { origin }: OutputContext,
): Column[] {
  return [
    { name: "time", type: "time", data: int64Of(curve.time, origin) },
    { name: "equity", type: "number", data: curve.equity },
    { name: "exposure", type: "number", data: curve.exposure },
  ];
}

/** SHA-256 over fills, equity and figures: equal runs have equal digests. */
export function digestOf(
  fills: readonly Column[],
  equity: readonly Column[],
  figures: Figures,
): string {
  const hash = createHash("sha256");
  for (const { name, data } of [...fills, ...equity]) {
    hash.update(`${name}:${data.length}\n`);
    hash.update(
      Array.isArray(data)
        ? data.join("\n")
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  }
  hash.update(JSON.stringify(figures));
  return hash.digest("hex");
}

/** Parquet of these columns, all required; times in ns, UTC. */
export function parquetOf(columns: readonly Column[]): Uint8Array {
  const schema = [
    { name: "root", num_children: columns.length },
    ...columns.map((column) => ({
      name: column.name,
      repetition_type: "REQUIRED" as const,
      ...PARQUET_TYPES[column.type],
    })),
  ];
  const columnData = columns.map(({ name, data }) => ({ name, data }));
  // Neither pays for files of this size: together they took half the time.
  const options = { codec: "UNCOMPRESSED" as const, statistics: false };
  return new Uint8Array(
    parquetWriteBuffer({ columnData, schema, ...options }),
  );
}

/** Writes files by name; each appears whole, and none before all are written. */
export async function writeWhole(
  directory: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const paths = Object.keys(files).map((name) => join(directory, name));
  try {
    await Promise.all(
      Object.values(files).map((bytes, i) =>
        writeFile(`${paths[i]}.part`, bytes)
      ),
    );
    for (const path of paths) await rename(`${path}.part`, path);
  } catch (error) {
    for (const path of paths) await rm(`${path}.part`, { force: true });
    throw error;
  }
}

const PARQUET_TYPES = {
  time: {
    type: "INT64",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" },
  },
  id: { type: "INT64" },
  number: { type: "DOUBLE" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
} as const;
