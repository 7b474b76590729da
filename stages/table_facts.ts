import { join } from "node:path";
import { markUsed, readManifest } from "../formats/store/mod.ts";
import type { TableRef } from "../formats/table.ts";
import type { TableFacts } from "./prepared.ts";

/** What later stages need to know of a table in the store. */
export function tableFacts({ directory, key }: TableRef): TableFacts {
  markUsed(directory);
  const { rows, first, last, content, source, quality } = readManifest(
    directory,
  );
  return {
    directory,
    key,
    rows,
    first,
    last,
    content,
    synthetic: source.synthetic,
    read: quality.read,
    rejected: quality.rejected,
    outside: quality.outside ?? 0,
    quarantine: quality.quarantine && join(directory, quality.quarantine),
  };
}
