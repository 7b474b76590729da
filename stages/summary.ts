import type { Figures } from "./aggregator/figures.ts";
import type { Metrics } from "./aggregator/metrics.ts";
import type { Reruns } from "./dispatcher/schedule.ts";
import { emptyTexts } from "./describe_plan.ts";
import type { SweepResult } from "./aggregator/sweep/conclude.ts";
import type { WalkForwardResult } from "./aggregator/sweep/walk_forward.ts";
import { bestText, sweepTexts, walkTexts } from "./sweep_summary.ts";
import type {
  PlanView,
  PreparedSlices,
  PreparedSweep,
  PreparedTable,
  PreparedWorker,
} from "./prepared.ts";

/** What a run has to do, for a progress bar. */
export function workloadOf(
  { stages }: PlanView,
): { rows: number; origin: bigint } {
  const workers = stages.filter(({ kind }) => kind === "worker")
    .map(({ prepared, copies }) => ({
      copies,
      prepared: prepared as PreparedWorker,
    }));
  return {
    rows: workers.reduce(
      (sum, { prepared: { sliceRows, sweep }, copies }) =>
        sum + readings(sweep, copies) *
          (sweep?.walk?.sliceRows.flat() ?? sliceRows)
            .reduce((a, b) => a + b, 0),
      0,
    ),
    origin: BigInt(workers[0]?.prepared.origin ?? 0),
  };
}

/** How often all rows are run: once for each bundle of a sweep. */
function readings(sweep: PreparedSweep | undefined, copies: number): number {
  if (sweep === undefined) return 1;
  const able = sweep.sets.filter(({ fault }) => fault === null).length;
  return sweep.alone ? able : Math.min(copies, able);
}

/** Where the rows of one table went: `read = rejected + rows`. */
export interface DataAccount {
  readonly stage: string;
  readonly instrument: string;
  readonly synthetic: boolean;
  /** Rows in the source, and those turned away, by reason. */
  readonly read: number;
  readonly rejected: Readonly<Record<string, number>>;
  /** Rows outside the loader's period, when it has one. */
  readonly outside?: number;
  /** File of the rows that were turned away and kept. */
  readonly quarantine: string | null;
  /** Rows in the store. */
  readonly rows: number;
  /** ISO 8601, UTC. */
  readonly first: string | null;
  readonly last: string | null;
  readonly content: string;
}

export interface RunAccount {
  readonly data: readonly DataAccount[];
  readonly slices: number;
  /** Rows outside every session, all tables together. */
  readonly filtered: number;
  /** Trade dates of sessions without rows, between the first row and the last. */
  readonly empty_sessions: readonly string[];
  /** What had to be run again. */
  readonly reruns: Reruns;
  /** Slices that the journal already had. */
  readonly recalled: number;
}

/** Where rows and slices of a run went. */
export function describeRun(
  { stages }: PlanView,
  finished: ReadonlyMap<string, unknown>,
): RunAccount {
  const tables = stages.map(({ prepared }) => prepared as PreparedTable | null)
    .filter((prepared) => prepared !== null && "table" in prepared);
  const dispatchers = stages.filter(({ kind }) => kind === "dispatcher");
  const plans = dispatchers.map(({ prepared }) => prepared as PreparedSlices);
  const reruns = dispatchers.flatMap(({ id }) =>
    Object.values((finished.get(id) as DispatcherOutcome).stages)
  );
  return {
    data: tables.map(accountOf),
    slices: plans.reduce((sum, { slices }) => sum + slices.length, 0),
    filtered: plans.flatMap(({ filtered }) => filtered)
      .reduce((a, b) => a + b, 0),
    empty_sessions: [...new Set(plans.flatMap(({ empty }) => empty))]
      .toSorted(),
    reruns: {
      slices: reruns.reduce((sum, { slices }) => sum + slices, 0),
      rows: reruns.reduce((sum, { rows }) => sum + rows, 0),
      met: reruns.reduce((sum, { met }) => sum + met, 0),
    },
    recalled: reruns.reduce((sum, { recalled }) => sum + recalled, 0),
  };
}

interface DispatcherOutcome {
  readonly stages: Readonly<
    Record<string, Reruns & { readonly recalled: number }>
  >;
}

/** What the preparation of tables gave, as text and as data. */
export function describeTables(
  prepared: ReadonlyMap<string, unknown>,
): { text: string; data: readonly (DataAccount & { cached: boolean })[] } {
  const data = [...prepared.values()].map((value) => ({
    ...accountOf(value as PreparedTable),
    cached: (value as PreparedTable).cached,
  }));
  const text = data.flatMap((account) => [
    `${dataText(account)}${account.cached ? " (already in the store)" : ""}`,
    ...rejectedTexts(account),
  ]).map((line) => `${line}\n`).join("");
  return { text, data };
}

function accountOf({ stage, instrument, table }: PreparedTable): DataAccount {
  const { synthetic, read, rejected, outside, quarantine } = table!;
  const { rows, first, last, content } = table!;
  return {
    stage,
    instrument,
    synthetic,
    read,
    rejected,
    ...(outside === 0 ? {} : { outside }),
    quarantine,
    rows,
    first: first && isoOf(first),
    last: last && isoOf(last),
    content,
  };
}

function isoOf(ns: string): string {
  return Temporal.Instant.fromEpochNanoseconds(BigInt(ns)).toString();
}

/** A finished run on a terminal. */
export function summaryOf(result: object): string {
  const r = result as
    & Figures
    & RunAccount
    & {
      name: string;
      workers: number;
      run_s: number;
      elapsed_s: number;
      ticks_per_second: number;
      speed_up: SummarySpeedUp;
      sweep?: SweepResult;
      walk_forward?: WalkForwardResult;
      metrics?: Metrics | null;
    };
  const lines = [
    `${r.name}  ${r.data.map(dataText).join(", ")}`,
    "",
    ...(r.walk_forward ? [...walkTexts(r.walk_forward), ""] : []),
    ...(r.sweep ? [...sweepTexts(r.sweep), "", `  ${bestText(r.sweep)}`] : []),
    row("net profit", money(r.net_profit), "trades", count(r.trades)),
    row("commission", money(r.commission), "win rate", percent(r.win_rate)),
    row(
      "max drawdown",
      `${percent(r.max_drawdown)} (${money(r.max_drawdown_amount)})`,
      "profit factor",
      ratio(r.profit_factor),
    ),
    row("Sharpe", ratio(r.sharpe), "expectancy", money(r.expectancy)),
    row("Sortino", ratio(r.sortino), "final equity", money(r.final_equity)),
    ...(r.metrics ? [shareRow(r.metrics)] : []),
    row("orders", count(r.orders), "fills", count(r.fills)),
    "",
    speedText(r),
    `  ${plural(r.slices, "slice")} on ${plural(r.workers, "worker")}, ${
      rerunText(r)
    }`,
  ];
  if (r.workers > 1) lines.push(`  ${gainText(r.speed_up)}`);
  const lost = r.data.flatMap(rejectedTexts);
  if (r.filtered > 0) lost.push(`${rows(r.filtered)} outside sessions`);
  lost.push(...emptyTexts(r.empty_sessions));
  return [...lines, ...lost.map((line) => `  ${line}`)].join("\n");
}

function shareRow({ returns, activity }: Metrics): string {
  return row(
    "return",
    percent(returns.total_return),
    "time in market",
    percent(activity.time_in_market),
  );
}

function rejectedTexts(account: DataAccount): string[] {
  const { stage, rejected, quarantine, outside = 0 } = account;
  const where = quarantine === null ? "" : `, kept in ${quarantine}`;
  const texts = Object.entries(rejected).map(([kind, n]) =>
    `${rows(n)} of ${stage} turned away: ${kind}${where}`
  );
  if (outside > 0) {
    texts.push(`${rows(outside)} of ${stage} outside its period`);
  }
  return texts;
}

function dataText(
  { stage, rows: n, first, last, synthetic }: DataAccount,
): string {
  const days = first && last
    ? `, ${first.slice(0, 10)} to ${last.slice(0, 10)}`
    : "";
  return `${stage}: ${rows(n)}${days}${synthetic ? ", synthetic" : ""}`;
}

function speedText(
  { ticks, run_s, elapsed_s, ticks_per_second, sweep }: {
    readonly ticks: number;
    readonly run_s: number;
    readonly elapsed_s: number;
    readonly ticks_per_second: number;
    readonly sweep?: SweepResult;
  },
): string {
  const sets = sweep?.sets ?? 1;
  const rate = (sets * ticks_per_second / 1e6).toFixed(1);
  const what = sweep ? `ticks × ${sets} sets` : "ticks";
  const unit = sweep ? "M parameter-ticks/s" : "M ticks/s";
  return `  ${count(ticks)} ${what} in ${
    run_s.toFixed(2)
  } s (${rate} ${unit}), ${elapsed_s.toFixed(2)} s in all`;
}

function rerunText(
  { reruns, recalled, ticks, sweep }: RunAccount & Figures & {
    readonly sweep?: SweepResult;
  },
): string {
  const before = recalled === 0 ? "" : `, ${recalled} from the journal`;
  if (reruns.slices === 0) return `none run again${before}`;
  if (sweep) return `${reruns.slices} run again${before}`;
  const share = ticks === 0 ? 0 : 100 * reruns.rows / ticks;
  return `${reruns.slices} run again (${share.toFixed(1)} % of ticks)${before}`;
}

function gainText({ factor, reason }: SummarySpeedUp): string {
  const times = `about ${factor.toFixed(1)} times as fast as one worker`;
  return reason === null ? times : `${times}: ${reason}`;
}

interface SummarySpeedUp {
  readonly factor: number;
  readonly reason: string | null;
}

function row(a: string, b: string, c: string, d: string): string {
  return `  ${a.padEnd(14)}${b.padStart(24)}    ${c.padEnd(14)}${
    d.padStart(14)
  }`;
}

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const CENTS = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

function count(value: number): string {
  return WHOLE.format(value);
}

function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

function rows(value: number): string {
  return plural(value, "row");
}

function money(value: number | null): string {
  return value === null ? "–" : CENTS.format(unsigned(value, 0.005));
}

function ratio(value: number | null): string {
  return value === null ? "–" : unsigned(value, 0.005).toFixed(2);
}

function percent(value: number | null): string {
  return value === null ? "–" : `${unsigned(100 * value, 0.005).toFixed(2)} %`;
}

/** What would be shown as -0.00 is 0. */
function unsigned(value: number, least: number): number {
  return Math.abs(value) < least ? 0 : value;
}
