import type { DuckDBConnection } from "@duckdb/node-api";
import { FormatError } from "../error.ts";
import { Intake } from "../intake/intake.ts";
import type { IngestRequest } from "../request.ts";
import type { TableWriter } from "../store/writer.ts";
import type { Quality, SourceFile } from "../table.ts";
import { verifyPacked } from "./bytes.ts";
import { midnightOf, type Part, partsOf } from "./parts.ts";
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
  const intake = new Intake({ request, columns, writer, place: "line" });
  const meter = new Meter(options.onProgress);
  try {
    for (const file of files) {
      for await (
        const part of partsOf(file, { temporary, connection, encoding, signal })
      ) {
        await readPart(part, { ...options, intake, meter });
      }
      meter.fileDone(file.bytes);
    }
    const quality = intake.finish({ maxBad: request.max_bad });
    if (quality.read === 0) throw noRows(files, quality);
    meter.report(writer.rows);
    return quality;
  } finally {
    intake.close();
  }
}

interface PartOptions extends ReadCsvOptions {
  readonly intake: Intake;
  readonly meter: Meter;
}

async function readPart(part: Part, options: PartOptions): Promise<void> {
  const { request, connection, encoding, signal, intake } = options;
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
      const { line, text } = rows;
      const place = (row: number) => line + row;
      const raw = (row: number) => (text(row) ?? "").replace(/\r$/, "");
      intake.take({ ...rows, place, raw }, part.name);
      options.meter.count(part, rows, intake.time, options.writer.rows);
    }
  } catch (error) {
    // A damaged archive explains a bad row better than the row does.
    await verified;
    throw error;
  }
  await verified;
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

  count(
    part: Part,
    rows: Rows,
    time: bigint | undefined,
    total: number,
  ): void {
    if (!this.#onProgress) return;
    if (part !== this.#part) this.#start(part, rows);
    this.#partRows += rows.rows;
    this.#time = time;
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

function noRows(
  files: readonly SourceFile[],
  { outside = 0 }: Quality,
): FormatError {
  const [{ path }] = files;
  return new FormatError({
    code: "bad_data",
    message: `Cannot read ${path}${
      files.length > 1 ? ` and ${files.length - 1} more` : ""
    }: current number of rows is 0`,
    file: path,
    ...(outside === 0
      ? {}
      : { hint: `${outside} rows are outside the loader's period` }),
  });
}
