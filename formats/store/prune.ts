import { basename, join } from "node:path";
import { listTables } from "./list.ts";
import { discardTable, staleIn } from "./making.ts";

/** Something that a store can do without. */
export interface Prunable {
  readonly directory: string;
  /** `leftover`: of a process that was killed. `source`: files of its source are gone. */
  readonly reason: "leftover" | "source";
  /** The first file that is gone. */
  readonly file?: string;
}

/** What {@link prune} would remove. */
export function prunable(store: string): Prunable[] {
  return [
    ...staleIn(store).map((directory): Prunable => ({
      directory,
      reason: "leftover",
    })),
    ...listTables(store).filter(({ gone }) => gone.length > 0).map((
      { directory, gone },
    ): Prunable => ({ directory, reason: "source", file: gone[0].path })),
  ];
}

/** Removes them. A table is moved aside first, so that no half of one is ever seen. */
export function prune(store: string, what: readonly Prunable[]): void {
  for (const { directory } of what) {
    discardTable(store, join(store, basename(directory)));
  }
}
