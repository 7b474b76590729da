import type { Html } from "./html.ts";
import type { Payload } from "./payload/payload.ts";
import type { Run } from "./run/run.ts";

/**
 * A part of the report. One file in `sections/`, named in `sections/mod.ts`;
 * charts and tables that it registers with `payload` are drawn by `client/`.
 */
export interface Section {
  /** Its place in the page's address. */
  readonly id: string;
  readonly title: string;
  /** What stands below the title; null: the run has nothing to show here. */
  render(run: Run, payload: Payload): Html | null;
}
