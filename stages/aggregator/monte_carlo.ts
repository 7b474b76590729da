import {
  type Bands,
  circularBootstrap,
  type PathMethod,
  simulate,
  type Simulation,
  stationaryBootstrap,
  tradeBootstrap,
  tradeShuffle,
  tradeSkip,
  usualBlock,
} from "../../engine/monte_carlo/mod.ts";
import {
  MONTE_CARLO_METHODS,
  type MonteCarloMethod,
} from "./monte_carlo_methods.ts";
import type { MonteCarloTerms } from "./monte_carlo_terms.ts";
import type { Column } from "./column.ts";
import type { RunOutcome } from "./run_outcome.ts";

/** `monte_carlo` of `result.json`. */
export interface MonteCarlo {
  readonly paths: number;
  readonly seed: number;
  readonly skip: number;
  /** Sessions of a block. */
  readonly block: number;
  /** By method; null where a run has no trades, or no returns. */
  readonly methods: Readonly<
    Record<string, Omit<Simulation, "bands" | "paths"> | null>
  >;
}

export interface MonteCarloOptions {
  readonly terms: MonteCarloTerms;
  readonly capital: number;
  readonly annualisation: number;
  readonly seed: number;
  /** Called after each history, so that nobody takes the work for a standstill. */
  beat(): void;
}

/**
 * Histories that the trades and sessions of a run might have made as well: what
 * is told of them, and the columns of `monte_carlo.parquet`.
 */
export function monteCarloOf(
  { nets, returns }: Pick<RunOutcome, "nets" | "returns">,
  { terms, capital, annualisation, seed, beat }: MonteCarloOptions,
): { told: MonteCarlo; columns: Column[] } {
  const { paths, skip } = terms;
  const block = terms.block === "auto"
    ? usualBlock(returns.length)
    : terms.block;
  const of: Record<MonteCarloMethod, () => PathMethod> = {
    trade_bootstrap: () => tradeBootstrap(nets, { capital, seed }),
    trade_shuffle: () => tradeShuffle(nets, { capital, seed }),
    trade_skip: () => tradeSkip(nets, { capital, seed, skip }),
    stationary_bootstrap: () =>
      stationaryBootstrap(returns, { capital, seed, block }),
    circular_bootstrap: () =>
      circularBootstrap(returns, { capital, seed, block }),
  };
  const ofTrades = running(nets, (before, net) => before + net, capital);
  const ofDays = running(returns, (before, r) => before * (1 + r), capital);
  const names = MONTE_CARLO_METHODS.filter((name) =>
    terms.methods.includes(name)
  );
  const simulations = names.map((name) => {
    const days = name.endsWith("_bootstrap") && !name.startsWith("trade");
    return simulate(of[name](), {
      paths,
      capital,
      actual: days ? ofDays : ofTrades,
      daily: days ? { returns, A: annualisation } : null,
      beat,
    });
  });
  const methods = names.map((name, i) => {
    const simulation = simulations[i];
    if (simulation === null) return [name, null] as const;
    const { bands: _, paths: __, ...rest } = simulation;
    return [name, rest] as const;
  });
  return {
    told: { paths, seed, skip, block, methods: Object.fromEntries(methods) },
    columns: columnsOf(
      simulations.flatMap((simulation, i) =>
        simulation === null ? [] : [{ name: names[i], bands: simulation.bands }]
      ),
    ),
  };
}

/** Equity after each step. */
function running(
  values: Float64Array,
  next: (before: number, value: number) => number,
  start: number,
): Float64Array {
  let now = start;
  return values.map((value) => now = next(now, value));
}

function columnsOf(
  all: readonly { readonly name: string; readonly bands: Bands }[],
): Column[] {
  const joined = (pick: (bands: Bands) => Float64Array) =>
    Float64Array.from(all.flatMap(({ bands }) => [...pick(bands)]));
  const number = (name: string, pick: (bands: Bands) => Float64Array) => ({
    name,
    type: "number" as const,
    data: joined(pick),
  });
  const method = Float64Array.from(
    all.flatMap(({ bands }, i) => [...bands.step].map(() => i)),
  );
  return [
    {
      name: "method",
      type: "text",
      codes: method,
      labels: all.map(({ name }) => name),
    },
    number("step", ({ step }) => step),
    ...["p5", "p25", "p50", "p75", "p95"].map((name, level) =>
      number(name, ({ levels }) => levels[level])
    ),
    number("actual", ({ actual }) => actual),
  ];
}
