export { TableReader } from "./reader.ts";
export {
  type StoredTable,
  TableWriter,
  type TableWriterOptions,
} from "./writer.ts";
export { contentOf, readManifest } from "./manifest.ts";
export { dateOf, isoOf } from "./time.ts";
export { type ListedTable, listTables, markUsed } from "./list.ts";
export { type Prunable, prunable, prune } from "./prune.ts";
export {
  type TableProblem,
  type VerifyOptions,
  verifyTable,
} from "./verify_table.ts";
