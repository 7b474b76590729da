import {
  type AnyStrategy,
  type CompiledStrategy,
  resolveParams,
} from "../../engine/host.ts";
import { type StageIssue, toFault } from "../../pipeline/contract/mod.ts";
import { didYouMean } from "../../pipeline/contract/suggest.ts";
import { Expression } from "../sweep/expression.ts";
import { figureNames } from "../sweep/figure_names.ts";
import type { SweepConfig } from "../sweep/keys.ts";
import { expandSets } from "../sweep/sets.ts";
import {
  type DescribedSet,
  memoryOf,
  type StrategyDescription,
} from "./description.ts";
import { compileIn, inputsOf, paramIssues } from "./load.ts";

export interface SweepTask {
  readonly sweep: SweepConfig;
  /** Values of the parameters that the sweep leaves alone. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly stage: string;
  readonly seed: number;
}

/**
 * What a strategy says of itself with all sets of a sweep.
 *
 * @throws as `describeStrategy`, when no set can be declared
 */
export function describeSweep(
  definition: AnyStrategy,
  path: string,
  { sweep, params, stage, seed }: SweepTask,
): StrategyDescription {
  const specs = definition.params ?? {};
  const { sets, issues } = expandSets(sweep, { specs, base: params, seed });
  const problems = [
    ...paramIssues(resolveParams(specs, params).issues),
    ...issues,
    ...objectiveIssues(sweep.objective),
  ];
  if (problems.length > 0) {
    return { params: specs, issues: problems, inputs: [], warmup_rows: 0 };
  }
  const described: DescribedSet[] = [];
  let compiled: CompiledStrategy | null = null;
  let thrown: unknown;
  for (const set of sets) {
    try {
      const given = { ...params, ...set };
      const beside: CompiledStrategy | undefined = compiled ?? undefined;
      const next = compileIn(definition, path, given, beside);
      compiled ??= next.compiled;
      described.push({ params: set, fault: null });
    } catch (error) {
      thrown ??= error;
      const { stack: _, ...fault } = toFault(error, { stage });
      described.push({ params: set, fault });
    }
  }
  if (compiled === null) throw thrown;
  const { inputs } = compiled;
  return {
    params: specs,
    issues: [],
    inputs: inputsOf(definition, compiled),
    warmup_rows: Math.max(...inputs.map(({ graph }) => graph.memory)),
    sweep: {
      sets: described,
      memory: inputs.map(({ graph }) => memoryOf(graph)),
      alone: definition.snapshot !== undefined,
    },
  };
}

function objectiveIssues(objective: string): StageIssue[] {
  const names = figureNames();
  const read = Expression.read(objective, names);
  if (read instanceof Expression) return [];
  return [{
    code: "bad_value",
    path: ["sweep", "objective"],
    message: `Cannot read "objective": current value is ${
      JSON.stringify(objective)
    }, ${read.message}`,
    ...(read.name ? didYouMean(read.name, names) : {}),
  }];
}
