import type { DuckDBConnection } from "@duckdb/node-api";
import { FormatError } from "../error.ts";
import type { IngestRequest } from "../request.ts";
import type { TableWriter } from "../store/writer.ts";
import type { Quality, SourceFile } from "../table.ts";
import { verifyPacked } from "./bytes.ts";
import { BLANK, KINDS, RowCheck } from "./check.ts";
import { midnightOf, type Part, partsOf } from "./parts.ts";
import { Rejects } from "./reject.ts";
import { type Rows, scanCsv } from "./scan.ts";
import { shapeOf } from "./shape.ts";

export interface CsvProgress {
  readonly rows: number;
  readonly bytesRead: number;
  readonly time: bigint | undefined;
}

export interface ReadCsvOptions {
  readonly request: IngestRequest;
  readonly files: readonly SourceFile[];
  readonly connection: DuckDBConnection;
  readonly writer: TableWriter;
  readonly encoding: "utf-8" | "latin-1";
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CsvProgress) => void;
}

const REPORT_ROWS = 65_536;

/** Reads all files in order into the writer and accounts for every row. */
export async function readCsv(options: ReadCsvOptions): Promise<Quality> {
  const { request, files, writer, connection, encoding, signal } = options;
  const temporary = writer.directory;
  const columns = Object.keys(request.columns.values);
  const check = new RowCheck({ columns, tickSize: request.tick_size });
  const rejects = new Rejects({
    policy: request.on_bad_tick,
    directory: temporary,
  });
  const meter = new Meter(options.onProgress);
  try {
    for (const file of files) {
      for await (
        const part of partsOf(file, { temporary, connection, encoding, signal })
      ) {
        await readPart(part, { ...options, check, rejects, meter });
      }
      meter.fileDone(file.bytes);
    }
    const quality = rejects.finish({
      kept: writer.rows,
      maxBad: request.max_bad,
    });
    if (quality.read === 0) throw noRows(files);
    meter.report(writer.rows);
    return quality;
  } finally {
    rejects.close();
  }
}

interface PartOptions extends ReadCsvOptions {
  readonly check: RowCheck;
  readonly rejects: Rejects;
  readonly meter: Meter;
}

async function readPart(part: Part, options: PartOptions): Promise<void> {
  const { request, connection, encoding, signal, check, rejects } = options;
  const { time } = request.columns;
  const verified = verifyPacked(part.path, part.packing, signal);
  verified.catch(() => {});
  try {
    const scan = scanCsv({
      connection,
      path: part.path,
      packing: part.packing,
      encoding,
      shape: shapeOf(part.name, part.head, request),
      time,
      midnight: time.unit === "ms_since_midnight"
        ? midnightOf(part, time.date)
        : 0n,
      signal,
    });
    for await (const rows of scan) {
      const { time, values, marks } = rows;
      const bad = rows.bad +
        check.check(time, values, rows.rows, marks, rows.bad);
      const kept = bad === 0 ? rows.rows : sift(rows, part.name, rejects);
      options.writer.append(values, time, kept);
      options.meter.count(part, rows, kept, options.writer.rows);
    }
  } catch (error) {
    // A damaged archive explains a bad row better than the row does.
    await verified;
    throw error;
  }
  await verified;
}

/** Moves the good rows together and hands on the bad ones. */
function sift(rows: Rows, file: string, rejects: Rejects): number {
  const { time, values, marks, line } = rows;
  let kept = 0;
  for (let i = 0; i < rows.rows; i++) {
    const mark = marks[i];
    if (mark === 0) {
      if (kept !== i) {
        time[kept] = time[i];
        for (const column of values) column[kept] = column[i];
      }
      kept++;
    } else if (mark !== BLANK) {
      const row = (rows.text(i) ?? "").replace(/\r$/, "");
      const error = rejects.add({
        file,
        line: line + i,
        kind: KINDS[mark],
        row,
      });
      if (error) throw error;
    }
  }
  return kept;
}

/** Says how far the reading is, about once in 65,536 rows. */
class Meter {
  readonly #onProgress: ((progress: CsvProgress) => void) | undefined;
  #doneBytes = 0;
  #partBytes = 0;
  #partRows = 0;
  #part: Part | undefined;
  #perRow = 0;
  #time: bigint | undefined;
  #reported = 0;

  constructor(onProgress?: (progress: CsvProgress) => void) {
    this.#onProgress = onProgress;
  }

  count(part: Part, rows: Rows, kept: number, total: number): void {
    if (!this.#onProgress) return;
    if (part !== this.#part) this.#start(part, rows);
    this.#partRows += rows.rows;
    if (kept > 0) this.#time = rows.time[kept - 1];
    if (total - this.#reported >= REPORT_ROWS) this.report(total);
  }

  fileDone(bytes: number): void {
    this.#doneBytes += bytes;
    this.#part = undefined;
    this.#partBytes = 0;
    this.#partRows = 0;
  }

  report(total: number): void {
    this.#reported = total;
    const { bytes = 0, unpacked = bytes * 4 } = this.#part ?? {};
    const share = unpacked === 0
      ? 0
      : Math.min(1, this.#partRows * this.#perRow / unpacked);
    this.#onProgress?.({
      rows: total,
      bytesRead: this.#doneBytes + this.#partBytes + Math.round(share * bytes),
      time: this.#time,
    });
  }

  #start(part: Part, rows: Rows): void {
    this.#partBytes += this.#part?.bytes ?? 0;
    this.#part = part;
    this.#partRows = 0;
    let letters = 0;
    for (let i = 0; i < rows.rows; i++) {
      letters += 1 + (rows.text(i)?.length ?? 0);
    }
    this.#perRow = letters / rows.rows;
  }
}

function noRows(files: readonly SourceFile[]): FormatError {
  const [{ path }] = files;
  return new FormatError({
    code: "bad_data",
    message: `Cannot read ${path}${
      files.length > 1 ? ` and ${files.length - 1} more` : ""
    }: current number of rows is 0`,
    file: path,
  });
}
