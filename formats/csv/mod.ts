export { type CsvProgress, readCsv, type ReadCsvOptions } from "./read.ts";
export { type Kind, KINDS } from "./check.ts";
export { isEncodingError } from "./scan.ts";
