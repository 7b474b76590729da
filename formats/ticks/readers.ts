import type { TickReader } from "./reader.ts";

/** Formats that are not CSV, and what loads the reader of each. */
export const READERS: Readonly<Record<string, () => Promise<TickReader>>> = {
  dbn: async () => (await import("../dbn/read.ts")).readDbn,
  bi5: async () => (await import("../bi5/read.ts")).readBi5,
  itch: async () => (await import("../itch/read.ts")).readItch,
};
