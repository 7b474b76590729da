import { packingOf } from "../csv/bytes.ts";
import { FormatError } from "../error.ts";
import { Intake } from "../intake/intake.ts";
import type { IngestRequest } from "../request.ts";
import type { TableWriter } from "../store/writer.ts";
import type { Quality, SourceFile } from "../table.ts";
import { READERS, tickColumns } from "./readers.ts";
import { assertFormat } from "../source/recognise.ts";

export interface ReadTicksOptions {
  readonly request: IngestRequest;
  readonly files: readonly SourceFile[];
  readonly writer: TableWriter;
  readonly signal?: AbortSignal;
  readonly onProgress?: (
    progress: { rows: number; bytesRead: number; time: bigint | undefined },
  ) => void;
}

/** Reads all files of a format that is not CSV into the writer, in order. */
export async function readTicks(
  { request, files, writer, signal, onProgress }: ReadTicksOptions,
): Promise<Quality> {
  const { format, rows, symbol, price_divide, clock, struct } = request;
  const { load, place } = READERS[format];
  const read = await load();
  const wanted = rows ?? "trades";
  const intake = new Intake({
    request,
    columns: tickColumns(request),
    writer,
    place,
  });
  let bytesRead = 0;
  const report = () =>
    onProgress?.({ rows: writer.rows, bytesRead, time: intake.time });
  try {
    for (const file of files) {
      await assertFormat(file.path, format);
      const batches = read({
        file,
        rows: wanted,
        columns: request.columns,
        signal,
        ...(symbol === undefined ? {} : { symbol }),
        ...(struct === undefined ? {} : { struct }),
        ...(clock === undefined ? {} : { clock }),
        ...(price_divide === undefined ? {} : { priceDivide: price_divide }),
      });
      for await (const batch of batches) {
        intake.take(batch, file.path);
        report();
      }
      bytesRead += file.bytes;
      report();
    }
    const quality = intake.finish({ maxBad: request.max_bad });
    if (quality.read === 0) throw noRows(files, wanted, format, quality);
    return quality;
  } finally {
    intake.close();
  }
}

function noRows(
  files: readonly SourceFile[],
  rows: string,
  format: string,
  { outside = 0 }: Quality,
): FormatError {
  const [{ path }] = files;
  const packing = packingOf(path);
  return new FormatError({
    code: "bad_data",
    message: `Cannot make ${rows} of ${path}${
      files.length > 1 ? ` and ${files.length - 1} more` : ""
    }: current number of rows is 0`,
    file: path,
    hint: outside > 0
      ? `${outside} rows are outside the loader's period`
      : `it was read as ${format}${
        packing === "none" ? "" : ` in ${packing}`
      }; rows may be trades, quotes or trades_with_quotes, as far as the file holds them`,
  });
}
