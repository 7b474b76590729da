import type { SimulationSpec } from "../../engine/broker/simulation.ts";
import { sizesNeeded } from "../../engine/fills/model.ts";
import type { StageIssue, TableType } from "../../pipeline/contract/mod.ts";

/** What the feeds of a worker lack for its simulation. */
export function simulationIssues(
  { fills, latency, mark }: SimulationSpec,
  feeds: readonly TableType[],
): StageIssue[] {
  const issues: StageIssue[] = [];
  const report = (key: string, message: string, hint?: string) =>
    issues.push({
      code: "missing_column",
      path: [key],
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  const has = (symbol: string, column: string) =>
    feeds.some((feed) =>
      feed.instrument === symbol && feed.columns.includes(column)
    );
  const needs = sizesNeeded(fills);
  for (const symbol of new Set(feeds.map((feed) => feed.instrument))) {
    const own = feeds.filter((feed) => feed.instrument === symbol);
    const trades = own.some((feed) => feed.columns.includes("price"));
    const quotes = own.some((feed) => feed.columns.includes("bid"));
    const wanted = [
      ...(trades || fills.model === "queue" ? needs.trades : []),
      ...needs.quotes,
    ];
    const lacking = wanted.filter((column) => !has(symbol, column));
    if (lacking.length > 0) {
      report(
        "fills",
        `Cannot use the fill model ${fills.model} for ${symbol}: its ticks have no ${
          lacking.join(", ")
        }`,
        fills.model === "queue"
          ? "it wants trades and quotes with sizes; through needs prices only"
          : undefined,
      );
    }
    if (mark === "last" && !trades && !own.some(isBars)) {
      report(
        "mark",
        `Cannot mark ${symbol} at its last trade: it has quotes only`,
      );
    }
    if ((mark === "mid" || mark === "bid_ask") && !quotes) {
      report("mark", `Cannot mark ${symbol} at its quotes: it has none`);
    }
    for (const delay of Object.values(latency)) {
      if (delay.kind !== "column" || has(symbol, delay.column)) continue;
      report(
        "latency",
        `Cannot read a latency of ${symbol}: its ticks have no column "${delay.column}"`,
      );
    }
  }
  return issues;
}

function isBars({ stamp }: TableType): boolean {
  return stamp === "close";
}
