import type { Instrument, SliceRecord } from "../../engine/host.ts";
import type { SessionSpan } from "../prepared.ts";
import type { RunRecord } from "./compose.ts";
import { checkConservation } from "./conservation.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { type Metrics, metricsOf } from "./metrics.ts";
import { digestOf, writeTables } from "./output.ts";
import { runTables } from "./run_tables.ts";

/** What a run's plan says of its results. */
export interface RunFacts {
  readonly origin: string;
  readonly sessions: readonly SessionSpan[];
  readonly sliceRows: readonly number[];
  /** First and last time of any row, ns since the origin; null without rows. */
  readonly span: readonly [first: number, last: number] | null;
  readonly instruments: readonly Instrument[];
}

export interface OutcomeOptions {
  /** The aggregator, for messages. */
  readonly stage: string;
  readonly capital: number;
  readonly annualisation: number;
  /** Instrument that results are measured against. */
  readonly benchmark?: string | undefined;
}

/** What all slices of a run left. */
export interface WholeRun {
  readonly record: RunRecord;
  /**
   * Rows of all orders, part by part: in the order in which they ended, then
   * those still open.
   */
  readonly orders: Iterable<SliceRecord["ended"]>;
}

/** What one run came to. */
export interface RunOutcome {
  readonly digest: string;
  readonly figures: Figures;
  /** One a session; 0 where there is no base for it. */
  readonly returns: Float64Array;
  /** Net of each round trip, in the order in which they ended. */
  readonly nets: Float64Array;
  /** All else that is told of it. */
  metrics(): Metrics;
}

/**
 * Works out what a run came to.
 *
 * @param directory where its files go; null: nowhere
 * @throws FaultError with code `conservation`
 */
export function outcomeOf(
  { record, orders }: WholeRun,
  { origin, sessions, sliceRows, span, instruments }: RunFacts,
  { stage, capital, annualisation, benchmark }: OutcomeOptions,
  directory: string | null,
): RunOutcome {
  checkConservation(record, {
    stage,
    rows: sliceRows.reduce((sum, rows) => sum + rows, 0),
    capital,
    instruments,
  });
  const run = runTables(record, { instruments, sessions, capital });
  const figures = figuresOf(run, { capital, annualisation });
  const tables = writeTables(directory, run, orders, {
    origin: BigInt(origin),
    symbols: instruments.map(({ symbol }) => symbol),
    dates: sessions.map(({ date }) => date),
  });
  return {
    digest: digestOf(tables, figures),
    figures,
    nets: run.trades.net,
    returns: run.daily.return.map((value) => value === value ? value : 0),
    metrics: () =>
      metricsOf(run, {
        capital,
        annualisation,
        origin: BigInt(origin),
        sessions,
        span,
        instruments,
        benchmark,
      }),
  };
}
