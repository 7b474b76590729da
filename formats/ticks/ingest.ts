import { packingOf } from "../csv/bytes.ts";
import { KINDS, RowCheck } from "../csv/check.ts";
import { Rejects } from "../csv/reject.ts";
import { FormatError } from "../error.ts";
import type { IngestRequest } from "../request.ts";
import type { TableWriter } from "../store/writer.ts";
import type { Quality, SourceFile } from "../table.ts";
import type { TickBatch } from "./batch.ts";
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
  const { format, rows, symbol, price_divide, tick_size } = request;
  const read = await READERS[format]();
  const wanted = rows ?? "trades";
  const check = new RowCheck({
    columns: tickColumns(request),
    tickSize: tick_size,
  });
  const rejects = new Rejects({
    policy: request.on_bad_tick,
    directory: writer.directory,
    place: format === "parquet" ? "line" : "offset",
  });
  let bytesRead = 0;
  let time: bigint | undefined;
  try {
    for (const file of files) {
      await assertFormat(file.path, format);
      const batches = read({
        file,
        rows: wanted,
        columns: request.columns,
        signal,
        ...(symbol === undefined ? {} : { symbol }),
        ...(price_divide === undefined ? {} : { priceDivide: price_divide }),
      });
      for await (const batch of batches) {
        const { time: times, values, marks, rows: count } = batch;
        const bad = batch.bad +
          check.check(times, values, count, marks, batch.bad);
        const kept = bad === 0 ? count : sift(batch, file.path, rejects);
        writer.append(values, times, kept);
        if (kept > 0) time = times[kept - 1];
        onProgress?.({ rows: writer.rows, bytesRead, time });
      }
      bytesRead += file.bytes;
      onProgress?.({ rows: writer.rows, bytesRead, time });
    }
    const quality = rejects.finish({
      kept: writer.rows,
      maxBad: request.max_bad,
    });
    if (quality.read === 0) throw noRows(files, wanted, format);
    return quality;
  } finally {
    rejects.close();
  }
}

/** Moves the good rows together and hands on the bad ones. */
function sift(batch: TickBatch, file: string, rejects: Rejects): number {
  const { time, values, marks } = batch;
  let kept = 0;
  for (let i = 0; i < batch.rows; i++) {
    if (marks[i] === 0) {
      time[kept] = time[i];
      for (const column of values) column[kept] = column[i];
      kept++;
      continue;
    }
    const error = rejects.add({
      file,
      line: batch.offset(i),
      kind: KINDS[marks[i]],
      row: batch.raw(i),
    });
    if (error) throw error;
  }
  return kept;
}

function noRows(
  files: readonly SourceFile[],
  rows: string,
  format: string,
): FormatError {
  const [{ path }] = files;
  const packing = packingOf(path);
  return new FormatError({
    code: "bad_data",
    message: `Cannot make ${rows} of ${path}${
      files.length > 1 ? ` and ${files.length - 1} more` : ""
    }: current number of rows is 0`,
    file: path,
    hint: `it was read as ${format}${
      packing === "none" ? "" : ` in ${packing}`
    }; rows may be trades, quotes or trades_with_quotes, as far as the file holds them`,
  });
}
