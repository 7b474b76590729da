import { join } from "node:path";
import { FormatError } from "../error.ts";
import type { BadTickPolicy } from "../request.ts";
import type { Quality } from "../table.ts";
import type { Kind } from "./check.ts";

export const QUARANTINE = "quarantine.csv";

export interface BadRow {
  /** The source's path, with the entry behind `#` in a zip of several files. */
  readonly file: string;
  /** Line, or byte offset of the record, in the file. */
  readonly line: number;
  readonly kind: Kind;
  /** The line as it stands in the file, or a record in hexadecimal digits. */
  readonly row: string;
}

const WHY: Readonly<Record<Kind, string>> = {
  "": "",
  unparsable: "it does not parse",
  no_such_time: "daylight saving skips its time",
  nan: "a value is not a number",
  non_positive_price: "a price is not above zero",
  negative_size: "a size is negative",
  zero_size: "the size is zero",
  off_grid: "a price is no multiple of the tick size",
  crossed: "the bid is above the ask",
  out_of_order: "its time is before that of the row that it follows",
  unknown_order:
    "it speaks of an order that the book does not hold, or adds one twice",
  duplicate: "it repeats the row before it in every column",
};

const HINT: Partial<Record<Kind, string>> = {
  out_of_order:
    "set sort_window of the loader when rows come a little late, or run.on_bad_tick to quarantine to put them aside",
  duplicate:
    "set duplicates of the loader to keep, or run.on_bad_tick to quarantine to put them aside",
};

/** Accounts for bad rows as the policy says. */
export class Rejects {
  readonly #policy: BadTickPolicy;
  readonly #directory: string;
  readonly #place: "line" | "offset";
  readonly #counts: Partial<Record<Kind, number>> = {};
  #file: Deno.FsFile | undefined;
  #pending: string[] = [];
  #first: BadRow | undefined;
  #total = 0;

  constructor(
    { policy, directory, place = "line" }: {
      policy: BadTickPolicy;
      directory: string;
      /** What tells where in its file a row stands. */
      place?: "line" | "offset";
    },
  ) {
    this.#policy = policy;
    this.#directory = directory;
    this.#place = place;
  }

  /** Counts a row; under `fail` gives the error to throw. */
  add(bad: BadRow): FormatError | undefined {
    if (this.#policy === "fail") return badRow(bad, this.#place);
    this.#first ??= bad;
    this.#total++;
    this.#counts[bad.kind] = (this.#counts[bad.kind] ?? 0) + 1;
    if (this.#policy === "quarantine") {
      const { file, line, kind, row } = bad;
      this.#pending.push(`${quote(file)},${line},${kind},${quote(row)}\n`);
      if (this.#pending.length >= 4096) this.#flush();
    }
  }

  /** Closes the quarantine and checks the share of bad rows. */
  finish({ kept, maxBad }: { kept: number; maxBad: number }): Quality {
    this.#flush();
    const quarantined = this.#file !== undefined;
    this.#file?.syncSync();
    this.close();
    const read = kept + this.#total;
    if (this.#first && this.#total > maxBad * read) {
      const kinds = Object.entries(this.#counts).map(([kind, count]) =>
        `${kind} ${count}`
      ).join(", ");
      throw new FormatError({
        code: "too_many_bad_ticks",
        message:
          `Cannot accept the source: current number of bad rows is ${this.#total} of ${read} (${kinds})`,
        file: this.#first.file,
        [this.#place]: this.#first.line,
        hint: `at most ${maxBad * 100} % may be bad; the first one is ${
          JSON.stringify(this.#first.row)
        }: ${WHY[this.#first.kind]}`,
      });
    }
    return {
      read,
      kept,
      rejected: this.#counts as Record<string, number>,
      quarantine: quarantined ? QUARANTINE : null,
    };
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    if (!this.#file) {
      const path = join(this.#directory, QUARANTINE);
      this.#file = Deno.openSync(path, { write: true, createNew: true });
      this.#pending.unshift(`file,${this.#place},kind,row\n`);
    }
    const bytes = new TextEncoder().encode(this.#pending.join(""));
    for (let done = 0; done < bytes.length;) {
      done += this.#file.writeSync(bytes.subarray(done));
    }
    this.#pending = [];
  }
}

function badRow(
  { file, line, kind, row }: BadRow,
  place: "line" | "offset",
): FormatError {
  const shown = row.length > 200 ? `${row.slice(0, 200)}…` : row;
  return new FormatError({
    code: "bad_data",
    message: `Cannot take this row as a tick: current value is ${
      JSON.stringify(shown)
    }, ${WHY[kind]} (${kind})`,
    file,
    [place]: line,
    hint: HINT[kind] ??
      "set run.on_bad_tick to quarantine to put such rows aside, or correct the file",
  });
}

function quote(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
