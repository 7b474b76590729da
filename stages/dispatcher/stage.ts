import { sessionsBetween } from "../../engine/sessions/mod.ts";
import { TableReader } from "../../formats/store/mod.ts";
import { parseDuration } from "../../pipeline/contract/mod.ts";
import {
  type FlowContext,
  type PrepareContext,
  serveStage,
} from "../../pipeline/link/mod.ts";
import { Journal } from "../journal.ts";
import { bundleName, bundlesOf, placeOf } from "../sweep/bundles.ts";
import { slicesWithin } from "../sweep/windows.ts";
import type { PreparedSlices, PreparedTable } from "../prepared.ts";
import { rowsIn } from "../prepared.ts";
import type { InstrumentsConfig } from "../sections.ts";
import { sessionSpec } from "../session.ts";
import { Jobs } from "./jobs.ts";
import type { DispatcherConfig } from "./kind.ts";
import type { Hello } from "./messages.ts";
import { parseTicks } from "./ticks.ts";
import {
  type JobSegment,
  serveWorker,
  type StageJobs,
} from "./serve_worker.ts";
import { type Cut, cutSlices, filteredRows } from "./slices.ts";
import { type FeedIndex, rowAt } from "./time_index.ts";
import { originOf } from "./origin.ts";

serveStage({
  prepare(context: PrepareContext): Promise<PreparedSlices | null> {
    return Promise.resolve(prepare(context));
  },
  flow,
});

function prepare({ task, inputs }: PrepareContext): PreparedSlices | null {
  const tables = inputs as readonly PreparedTable[];
  if (tables.some(({ table }) => table === null)) return null;
  const config = task.config as DispatcherConfig;
  const instruments = task.sections.instruments as InstrumentsConfig;
  const feeds = openFeeds(tables);
  // A bar was made of what came before its close.
  const times = tables.flatMap(({ table, stamp }) =>
    table?.first && table.last
      ? [
        BigInt(table.first) - (stamp === "close" ? 1n : 0n),
        BigInt(table.last),
      ]
      : []
  );
  const first = times.reduce((a, b) => (a < b ? a : b), times[0] ?? 0n);
  const last = times.reduce((a, b) => (a > b ? a : b), times[0] ?? 0n);
  const origin = originOf(first);
  const spec = sessionSpec(instruments[tables[0].instrument].session);
  const { held = [], empty = [] } = Object.groupBy(
    times.length === 0 ? [] : sessionsBetween(spec, first, last),
    ({ open, close }) =>
      feeds.some((feed) => rowAt(feed, open) < rowAt(feed, close))
        ? "held"
        : "empty",
  );
  const cut = cutOf(config.slice, feeds[0].index.rows);
  const slices = cutSlices(cut, held, feeds, origin);
  const filtered = filteredRows(slices, feeds);
  closeFeeds(feeds);
  return {
    origin: String(origin),
    feeds: tables,
    sessions: held.map(({ date, open, close }) => ({
      date,
      open: Number(open - origin),
      close: Number(close - origin),
    })),
    empty: empty.map(({ date }) => date),
    slices,
    filtered,
    warmup: config.warmup,
  };
}

async function flow(context: FlowContext): Promise<unknown> {
  const prepared = context.prepared as PreparedSlices;
  const feeds = openFeeds(prepared.feeds);
  const jobs = new Map<string, Jobs>();
  const lanes = Map.groupBy(context.wires, (wire) => wire.stage);
  await Promise.all([...lanes].map(async ([stage, wires]) => {
    const jobsOf = (hello: Hello) =>
      hello.most === undefined
        ? single(context, stage, prepared, wires.length)
        : bundled(context, stage, prepared, wires.length, hello);
    jobs.set(stage, await serveWorker(context, wires, jobsOf, prepared, feeds));
  }));
  closeFeeds(feeds);
  return {
    slices: prepared.slices.length,
    stages: Object.fromEntries(
      [...jobs].map(([stage, { reruns, recalled }]) => [
        stage,
        { ...reruns, recalled },
      ]),
    ),
  };
}

/** The one job of a run without a sweep. */
function single(
  context: FlowContext,
  stage: string,
  { slices }: PreparedSlices,
  lanes: number,
): StageJobs {
  const rows = [rowsOf(slices)];
  const jobs = new Jobs({ rows, lanes, ...context.task.run });
  for (const entry of new Journal(context.journal, stage).read()) {
    jobs.recall(0, entry);
  }
  return { jobs, count: 1, segments: [{ slices, begins: null }] };
}

/**
 * The bundles of a sweep, one a lane or as many as a run before had, over each
 * of its segments.
 */
function bundled(
  context: FlowContext,
  stage: string,
  { slices }: PreparedSlices,
  lanes: number,
  { most = 1, all = false, segments: spans }: Hello,
): StageJobs {
  const parts: readonly JobSegment[] = spans?.map(({ from, to }) => ({
    slices: slicesWithin(slices, from, to),
    begins: from,
  })) ?? [{ slices, begins: null }];
  const bundles = all ? most : Math.min(lanes, most);
  const count = bundlesOf(context.journal, stage) ?? bundles * parts.length;
  const segments = Array.from(
    { length: count },
    (_, job) => parts[placeOf(job, count, parts.length).segment],
  );
  const jobs = new Jobs({
    rows: segments.map(({ slices }) => rowsOf(slices)),
    lanes,
    ...context.task.run,
  });
  for (let job = 0; job < count; job++) {
    const journal = new Journal(context.journal, bundleName(stage, job, count));
    for (const entry of journal.read()) {
      jobs.recall(job, entry);
      jobs.begin(job, entry.initialHash);
    }
  }
  return { jobs, count, segments };
}

function rowsOf(slices: PreparedSlices["slices"]): number[] {
  return slices.map(({ rows }) =>
    rows.reduce((sum, ranges) => sum + rowsIn(ranges), 0)
  );
}

function openFeeds(tables: readonly PreparedTable[]): FeedReader[] {
  return tables.map(({ table, stamp }) => ({
    index: TableReader.open(table!.directory),
    stamp,
  }));
}

interface FeedReader extends FeedIndex {
  readonly index: TableReader;
}

function closeFeeds(feeds: readonly FeedReader[]): void {
  for (const { index } of feeds) index.close();
}

/** Slices that `auto` aims at, and the least and most rows of one. */
const AUTO = { slices: 64, least: 65_536, most: 1_048_576 };

/** @param rows of the first feed: the cut must not depend on the workers */
function cutOf(text: string, rows: number): Cut {
  if (text === "session") return { by: "session" };
  if (text === "auto") {
    const even = Math.ceil(rows / AUTO.slices);
    const ticks = Math.min(AUTO.most, Math.max(AUTO.least, even));
    return { by: "ticks", ticks };
  }
  const ticks = parseTicks(text);
  return ticks === undefined
    ? { by: "duration", ns: parseDuration(text)! }
    : { by: "ticks", ticks };
}
