import {
  type FeedKind,
  priceColumns,
  type SimulationSpec,
} from "../../engine/host.ts";
import { BATCH_ROWS } from "../../formats/table.ts";
import { FaultError } from "../../pipeline/contract/mod.ts";
import type { StageTask } from "../../pipeline/link/mod.ts";
import {
  type PreparedSlices,
  type PreparedTable,
  type PreparedWalkForward,
  type PreparedWorker,
  rowsIn,
  type WorkerFeed,
} from "../prepared.ts";
import { instrumentFrom } from "../instrument.ts";
import type { AccountConfig, InstrumentsConfig } from "../sections.ts";
import {
  slicesWithin,
  type WalkForwardTerms,
  windowsOf,
} from "../sweep/windows.ts";
import { accountFrom } from "./account.ts";
import { bindInputs } from "./bind.ts";
import { hashCode, mentionsAccount, ownFiles } from "./hash_code.ts";
import type { StrategyDescription } from "./description.ts";
import type { WorkerConfig } from "./kind.ts";
import { simulationFrom } from "./simulation.ts";

/**
 * Binds the strategy's inputs to feeds and works out which columns to read.
 * Feeds that no input takes still come when they carry prices on which orders
 * match better than on the others: ticks beside bars.
 */
export function prepareWorker(
  task: StageTask,
  strategy: string,
  description: StrategyDescription,
  inputs: readonly unknown[],
): PreparedWorker | null {
  const [plan] = inputs as readonly (PreparedSlices | null)[];
  if (plan === null) return null;
  const { bindings } = bindInputs(
    description,
    plan.feeds.map(typeOf),
    task.config as WorkerConfig,
  );
  const symbols: string[] = [];
  const place = (symbol: string) => {
    if (!symbols.includes(symbol)) symbols.push(symbol);
    return symbols.indexOf(symbol);
  };
  const simulation = simulationFrom(task.config as WorkerConfig);
  const wanted = (input: number) => description.inputs[input].columns;
  const bound = bindings.map(({ feed }, input) =>
    feedOf(plan.feeds[feed], feed, wanted(input), simulation, place)
  );
  const carriers = plan.feeds.flatMap((table, source) =>
    bindings.some(({ feed }) => feed === source) || table.stamp === "close"
      ? []
      : [feedOf(table, source, [], simulation, place)]
  );
  const feeds = [...bound, ...carriers];
  const section = task.sections.instruments as InstrumentsConfig;
  const instruments = symbols.map((symbol) =>
    instrumentFrom(symbol, section[symbol], BigInt(plan.origin))
  );
  const code = ownFiles(strategy);
  return {
    lanes: feeds.map(({ stage, columns }) => ({
      stage,
      columns,
      origin: plan.origin,
      rows: BATCH_ROWS,
    })),
    stage: task.id,
    strategy,
    code: hashCode(code),
    feeds,
    origin: plan.origin,
    sessions: plan.sessions,
    sliceRows: plan.slices.map(({ rows }) => rowsOfFeeds(rows, feeds)),
    span: spanOf(plan),
    instruments,
    simulation,
    account: accountFrom(
      task.sections.account as AccountConfig,
      instruments,
      mentionsAccount(code),
    ),
    ...sweepOf(task, description, plan, feeds),
  };
}

function sweepOf(
  { config, id }: StageTask,
  description: StrategyDescription,
  plan: PreparedSlices,
  feeds: readonly WorkerFeed[],
): Pick<PreparedWorker, "sweep"> {
  const { sweep, walk_forward } = config as WorkerConfig;
  if (sweep === undefined || description.sweep === undefined) return {};
  const { objective, keep } = sweep;
  const walk = walk_forward === undefined
    ? {}
    : { walk: walkOf(id, walk_forward, plan, feeds) };
  return { sweep: { ...description.sweep, objective, keep, ...walk } };
}

/** @throws FaultError when there are too few sessions for a window */
function walkOf(
  stage: string,
  terms: WalkForwardTerms,
  { sessions, slices }: PreparedSlices,
  feeds: readonly WorkerFeed[],
): PreparedWalkForward {
  const windows = windowsOf(terms, sessions);
  if (windows.length === 0) {
    throw new FaultError({
      code: "bad_data",
      stage,
      message:
        `Cannot walk forward: current sessions are ${sessions.length}, a window takes ${terms.train} and ${terms.test}`,
      hint: "take shorter windows, or more data",
    });
  }
  const segments = windows.flatMap(({ train, test }) => [train, test]);
  return {
    windows,
    sliceRows: segments.map(({ from, to }) =>
      slicesWithin(slices, from, to).map(({ rows }) => rowsOfFeeds(rows, feeds))
    ),
  };
}

function rowsOfFeeds(
  rows: PreparedSlices["slices"][number]["rows"],
  feeds: readonly WorkerFeed[],
): number {
  return feeds.reduce((sum, { source }) => sum + rowsIn(rows[source]), 0);
}

/** First and last time of any feed's rows. */
function spanOf({ feeds, origin }: PreparedSlices): PreparedWorker["span"] {
  const since = (ns: string) => Number(BigInt(ns) - BigInt(origin));
  const times = feeds.flatMap(({ table }) =>
    table?.first && table.last ? [since(table.first), since(table.last)] : []
  );
  return times.length === 0 ? null : [Math.min(...times), Math.max(...times)];
}

function feedOf(
  table: PreparedTable,
  source: number,
  wanted: readonly string[],
  simulation: SimulationSpec,
  place: (symbol: string) => number,
): WorkerFeed {
  const kind = kindOf(table);
  const prices = priceColumns(kind, table.columns, simulation);
  return {
    stage: table.stage,
    source,
    kind,
    instrument: place(table.instrument),
    columns: [...new Set([...wanted, ...prices])],
  };
}

function kindOf({ stamp, columns }: PreparedTable): FeedKind {
  if (stamp === "close") return "bars";
  return columns.includes("price") ? "trades" : "quotes";
}

function typeOf({ stage, instrument, columns, stamp }: PreparedTable) {
  return { form: "table", stage, instrument, columns, stamp } as const;
}
