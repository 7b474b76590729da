export {
  type ListedTable,
  listTables,
  type Prunable,
  prunable,
  prune,
  type TableProblem,
  verifyTable,
} from "../formats/store/mod.ts";
import { isoOf, type ListedTable } from "../formats/store/mod.ts";

/** One table as `store list` says it. */
export interface TableView {
  readonly key: string;
  readonly instrument: string | null;
  readonly columns: readonly string[];
  readonly rows: number;
  /** ISO 8601, UTC; null: no rows. */
  readonly first: string | null;
  readonly last: string | null;
  readonly bytes: number;
  /** What made it, of how many files and which first; those that are gone. */
  readonly made_by: string | null;
  readonly files: readonly string[];
  readonly gone: readonly string[];
  readonly synthetic: boolean;
  readonly made: string | null;
  readonly used: string | null;
  /** Why it cannot be read. */
  readonly problem: string | null;
}

export function viewOf(table: ListedTable): TableView {
  const { key, manifest, problem, bytes, made, used, gone } = table;
  const iso = (ns: string | null | undefined) =>
    ns === null || ns === undefined ? null : isoOf(BigInt(ns));
  const date = (ms: number | null) =>
    ms === null ? null : new Date(ms).toISOString();
  return {
    key,
    instrument: manifest?.instrument ?? null,
    columns: manifest?.columns ?? [],
    rows: manifest?.rows ?? 0,
    first: iso(manifest?.first),
    last: iso(manifest?.last),
    bytes,
    made_by: manifest?.source.made_by ?? null,
    files: (manifest?.source.files ?? []).map(({ path }) => path),
    gone: gone.map(({ path }) => path),
    synthetic: manifest?.source.synthetic ?? false,
    made: date(made),
    used: date(used),
    problem,
  };
}
