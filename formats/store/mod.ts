export { TableReader } from "./reader.ts";
export {
  type StoredTable,
  TableWriter,
  type TableWriterOptions,
} from "./writer.ts";
export { contentOf, readManifest } from "./manifest.ts";
export { dateOf, isoOf } from "./time.ts";
