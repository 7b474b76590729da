import type { IngestRequest } from "../request.ts";
import { isMapped } from "../source/names.ts";
import type { TickReader } from "./reader.ts";
import { ROW_COLUMNS } from "./rows.ts";

/** A format that is not CSV. */
export interface TickFormat {
  /** What tells where a row stands in its file. */
  readonly place: "line" | "offset";
  /** Loads the reader. */
  readonly load: () => Promise<TickReader>;
}

export const READERS: Readonly<Record<string, TickFormat>> = {
  dbn: {
    place: "offset",
    load: async () => (await import("../dbn/read.ts")).readDbn,
  },
  bi5: {
    place: "offset",
    load: async () => (await import("../bi5/read.ts")).readBi5,
  },
  parquet: {
    place: "line",
    load: async () => (await import("../parquet/read.ts")).readParquet,
  },
  itch: {
    place: "offset",
    load: async () => (await import("../itch/read.ts")).readItch,
  },
  lobster: {
    place: "line",
    load: async () => (await import("../lobster/read.ts")).readLobster,
  },
  "binance-ws": {
    place: "line",
    load: async () => (await import("../binance/read.ts")).readBinance,
  },
  arrow: {
    place: "line",
    load: async () => (await import("../arrow/read.ts")).readArrow,
  },
  struct: {
    place: "offset",
    load: async () => (await import("../struct/read.ts")).readStruct,
  },
};

/** Columns beside `time` of the table that a request makes. */
export function tickColumns(
  { format, rows = "trades", columns, struct }: IngestRequest,
): readonly string[] {
  if (struct) return Object.keys(struct.values);
  return isMapped(format) ? Object.keys(columns.values) : ROW_COLUMNS[rows];
}
