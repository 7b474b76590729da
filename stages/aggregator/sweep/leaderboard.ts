import { createHash } from "node:crypto";
import type { Fault } from "../../../pipeline/contract/mod.ts";
import type { ParamSet } from "../../sweep/sets.ts";
import type { Figures } from "../figures.ts";

/** One set of a sweep and what it came to. */
export interface SetRow {
  /** Its place in the sweep, from 0. */
  readonly set: number;
  readonly params: ParamSet;
  /** Null: it is not defined, or the set failed. */
  readonly objective: number | null;
  readonly figures: Figures | null;
  /** That of a run with just these parameters; null when the set failed. */
  readonly digest: string | null;
  readonly fault: Fault | null;
}

/** A set with its place among all: 1 is the best. */
export interface RankedRow extends SetRow {
  readonly rank: number;
}

/**
 * Puts the best first: by the objective, then sets without one, then those that
 * failed; of equal ones the first in the sweep.
 */
export function rankRows(rows: readonly SetRow[]): RankedRow[] {
  const tier = ({ objective, fault }: SetRow) =>
    fault !== null ? 2 : objective === null ? 1 : 0;
  return rows
    .toSorted((a, b) =>
      tier(a) - tier(b) || (b.objective ?? 0) - (a.objective ?? 0) ||
      a.set - b.set
    )
    .map((row, i) => ({ ...row, rank: i + 1 }));
}

/** SHA-256 over what every set came to, in the order of the sweep. */
export function digestOfSets(rows: readonly SetRow[]): string {
  const hash = createHash("sha256");
  for (const { params, digest, fault } of rows) {
    const { code, message, tick } = fault ?? {};
    const end = digest ?? JSON.stringify([code, message, tick]);
    hash.update(`${JSON.stringify(params)} ${end}\n`);
  }
  return hash.digest("hex");
}

/** A fault in one line, for the leaderboard. */
export function errorText({ message, tick, file, line }: Fault): string {
  const at = file === undefined
    ? ""
    : ` (${file.split("/").at(-1)}${line === undefined ? "" : `:${line}`})`;
  return tick === undefined
    ? `${message}${at}`
    : `${message}${at}, tick ${tick}`;
}
