import { WallClock } from "../csv/zone.ts";
import { FormatError } from "../error.ts";

/** Nanoseconds since the epoch of midnight in New York of the date in a file's name. */
export function midnightInNewYork(path: string, hint: string): bigint {
  const name = path.replace(/^.*[/\\]/, "");
  const found = /(20\d\d)-?(\d\d)-?(\d\d)/.exec(name);
  const american = /^(\d\d)(\d\d)(20\d\d)/.exec(name);
  const [year, month, day] = american
    ? [american[3], american[1], american[2]]
    : found?.slice(1) ?? [];
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const utc = Number.isNaN(wall)
    ? undefined
    : new WallClock("America/New_York").toUtc(BigInt(wall) * 1_000_000n);
  if (utc !== undefined) return utc;
  throw new FormatError({
    code: "bad_data",
    message: `Cannot tell the day of ${path}: its name holds no date`,
    file: path,
    hint,
  });
}
