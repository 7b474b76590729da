import { FormatError } from "../error.ts";
import { DAY_NS } from "../store/time.ts";
import type { SourceFile } from "../table.ts";

export interface PartitionsWanted {
  readonly instrument: string;
  /** The instrument's name in the source, when it has another there. */
  readonly symbol?: string;
  /** `[from, to)` in nanoseconds since the epoch, decimal. */
  readonly period?: { readonly from?: string; readonly to?: string };
}

const INSTRUMENT = /[/\\](?:instrument|symbol)=([^/\\]+)[/\\]/;
const DATE = /[/\\]date=(\d{4}-\d{2}-\d{2})[/\\]/;

/**
 * The files that are wanted of a source with folders such as `instrument=ES`
 * and `date=2024-03-04`. The day of a folder may be that of any time zone, so
 * the days beside the period are kept. Throws `source_not_found` when none is
 * left.
 */
export function partitionsOf(
  files: readonly SourceFile[],
  { instrument, symbol, period }: PartitionsWanted,
): SourceFile[] {
  const names = new Set(files.map(instrumentOf));
  const name = symbol ?? instrument;
  const isChosen = symbol !== undefined || names.size > 1;
  const ofInstrument = files.filter((file) => {
    const found = instrumentOf(file);
    return found === undefined || !isChosen || found === name;
  });
  if (ofInstrument.length === 0) {
    throw none(
      `a folder of the instrument: current value is ${name}`,
      files,
      `there are folders of ${
        [...names].slice(0, 8).join(", ")
      }; say which with symbol`,
    );
  }
  const wanted = ofInstrument.filter((file) => isWithin(file, period));
  if (wanted.length > 0) return wanted;
  const dates = ofInstrument.map(dateOf).filter((date) => date !== undefined)
    .sort();
  throw none(
    "a folder of the period",
    files,
    `there are folders of ${dates[0]} to ${dates.at(-1)}`,
  );
}

function isWithin(
  file: SourceFile,
  period: PartitionsWanted["period"],
): boolean {
  const date = dateOf(file);
  const at = date === undefined ? NaN : Date.parse(date);
  if (Number.isNaN(at) || !period) return true;
  const day = BigInt(at) * 1_000_000n;
  const { from, to } = period;
  return (to === undefined || day - DAY_NS < BigInt(to)) &&
    (from === undefined || day + 2n * DAY_NS > BigInt(from));
}

function instrumentOf({ path }: SourceFile): string | undefined {
  const [, name] = INSTRUMENT.exec(path) ?? [];
  if (name === undefined) return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function dateOf({ path }: SourceFile): string | undefined {
  return DATE.exec(path)?.[1];
}

function none(
  what: string,
  [{ path }]: readonly SourceFile[],
  hint: string,
): FormatError {
  return new FormatError({
    code: "source_not_found",
    message: `Cannot find ${what}`,
    file: path,
    hint,
  });
}
