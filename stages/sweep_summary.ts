import type { Judgement } from "./aggregator/sweep/judge.ts";
import type { SweepEntry, SweepResult } from "./aggregator/sweep/conclude.ts";
import type { WalkForwardResult } from "./aggregator/sweep/walk_forward.ts";
import type { ParamSet } from "./sweep/sets.ts";

/** Which set the figures of a summary are of. */
export function bestText({ top, sets }: SweepResult): string {
  return `best of ${sets} sets: ${paramsText(top[0].params)}`;
}

/** The leaderboard of a sweep, and how far its best set may be trusted. */
export function sweepTexts(sweep: SweepResult): string[] {
  const { top, median, worst, sets, failed, objective } = sweep;
  const shown: [string, SweepEntry][] = top.map((
    row,
  ) => [String(row.rank), row]);
  const ended = sets - failed;
  if (ended > top.length) shown.push(["median", median], ["worst", worst]);
  const names = Object.keys(top[0].params);
  const head = [
    "rank",
    ...names,
    objective.length > 16 ? "objective" : objective,
    "net profit",
    "drawdown",
    "trades",
  ];
  const body = shown.map(([rank, { params, objective, figures }]) => [
    rank,
    ...names.map((name) => String(params[name] ?? "")),
    number(objective),
    number(figures.net_profit),
    figures.max_drawdown === null
      ? "–"
      : `${(100 * figures.max_drawdown).toFixed(2)} %`,
    figures.trades.toLocaleString("en-US"),
  ]);
  return [
    ...aligned([head, ...body]).map((line) => `  ${line}`),
    ...failedTexts(sweep),
    "",
    ...judgementTexts(sweep.overfitting),
  ];
}

function failedTexts({ sets, failed, first_error }: SweepResult): string[] {
  if (failed === 0 || first_error === null) return [];
  return [
    `  ${failed} of ${sets} sets failed, the first: ${first_error.message}`,
  ];
}

function judgementTexts(judged: Judgement): string[] {
  const { trials, expected_max_sharpe, deflated_sharpe } = judged;
  const { pbo, pbo_splits, loss_probability, stability } = judged;
  const lines: string[] = [];
  if (deflated_sharpe !== null && expected_max_sharpe !== null) {
    lines.push(
      `  deflated Sharpe ${
        share(deflated_sharpe)
      }: how likely the best beats the ${
        expected_max_sharpe.toFixed(2)
      } that the best of ${trials} without skill would show`,
    );
  }
  if (pbo !== null && loss_probability !== null) {
    lines.push(
      `  overfitting ${share(pbo)}, loss ${
        share(loss_probability)
      }: the best on one half of the days, on the other half (${pbo_splits} splits)`,
    );
  }
  if (stability !== null) {
    const { neighbours, median, worst } = stability;
    lines.push(
      `  neighbours of the best: median ${number(median)}, worst ${
        number(worst)
      } (${neighbours})`,
    );
  }
  return lines;
}

/** The windows of a walk forward, what was chosen in each and what it did. */
export function walkTexts(
  { windows, objective, sets, efficiency, consistency }: WalkForwardResult,
): string[] {
  const short = objective.length > 16 ? "objective" : objective;
  const head = [
    "train",
    "test",
    "chosen",
    short,
    "tested",
    "net profit",
    "trades",
  ];
  const body = windows.map((w) => [
    w.train.join(" to "),
    w.test.join(" to "),
    w.params === null ? w.error ?? "none" : paramsText(w.params),
    number(w.train_objective),
    number(w.test_objective),
    number(w.net_profit),
    w.trades === null ? "–" : w.trades.toLocaleString("en-US"),
  ]);
  const told = [
    ...(efficiency === null ? [] : [`efficiency ${efficiency.toFixed(2)}`]),
    ...(consistency === null
      ? []
      : [`${share(consistency)} of the tests above 0`]),
  ];
  return [
    ...aligned([head, ...body]).map((line) => `  ${line}`),
    "",
    `  best of ${sets} sets in each of ${windows.length} windows${
      told.map((text) => `, ${text}`).join("")
    }`,
    "",
    "  all tests, one after the other",
  ];
}

export function paramsText(params: ParamSet): string {
  return Object.entries(params).map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function number(value: number | null): string {
  if (value === null) return "–";
  return value.toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
}

/** Cells in columns, to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, c) =>
    Math.max(...rows.map((row) => row[c].length))
  );
  return rows.map((row) =>
    row.map((cell, c) => cell.padStart(widths[c])).join("  ")
  );
}
