import { join } from "node:path";
import { FormatError, throwIfAborted } from "../error.ts";
import { BATCH_ROWS } from "../table.ts";
import { TableReader } from "./reader.ts";
import { firstDisorder } from "./time.ts";

/** One thing that is not as the manifest says. */
export interface TableProblem {
  readonly file: string;
  /** Number of the record batch within the file, from 0; null: the whole file. */
  readonly batch: number | null;
  readonly message: string;
}

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  /** Called with the bytes that each batch adds. */
  readonly onBytes?: (bytes: number) => void;
}

/** Reads every byte of a table against its manifest; gives all that is off. */
export function verifyTable(
  directory: string,
  { signal, onBytes }: VerifyOptions = {},
): TableProblem[] {
  let reader: TableReader;
  try {
    reader = TableReader.open(directory);
  } catch (error) {
    const file = join(directory, "manifest.json");
    return [{ file, batch: null, message: textOf(error) }];
  }
  using open = reader;
  const { columns, partitions } = open.manifest;
  const time = new BigInt64Array(BATCH_ROWS);
  const into = columns.map(() => new Float64Array(BATCH_ROWS));
  const problems: TableProblem[] = [];
  let index = 0;
  for (const { path, batches } of partitions) {
    const file = join(directory, path);
    for (let batch = 0; batch < batches.length; batch++, index++) {
      throwIfAborted(signal);
      try {
        const rows = open.readRaw(index, columns, time, into);
        const { first, last } = batches[batch];
        const told = time[0] === BigInt(first) &&
          time[rows - 1] === BigInt(last) && firstDisorder(time, rows) < 0;
        if (!told) {
          const message =
            `Cannot trust ${file}: times of batch ${batch} are not those of the manifest`;
          problems.push({ file, batch, message });
        }
        onBytes?.(rows * 8 * (columns.length + 1));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        problems.push({ file, batch, message: textOf(error) });
        // A file that is missing or of another size has no good batch.
        if (/it is missing|current size/.test(textOf(error))) {
          problems[problems.length - 1] = {
            file,
            batch: null,
            message: textOf(error),
          };
          index += batches.length - batch;
          break;
        }
      }
    }
  }
  return problems;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
