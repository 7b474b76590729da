import type { StageIssue, TableType } from "../../pipeline/contract/mod.ts";
import { didYouMean } from "../../pipeline/contract/suggest.ts";
import type { StrategyDescription, StrategyInput } from "./description.ts";

/** Which feed, by its index in the slices, serves an input of the strategy. */
export interface Binding {
  /** Null: the strategy's only input, without a name. */
  readonly input: string | null;
  readonly feed: number;
}

export interface Bound {
  /** In the order of the strategy's inputs; those that found no feed are left out. */
  readonly bindings: Binding[];
  /** Paths count from the stage's own mapping. */
  readonly issues: StageIssue[];
}

/**
 * Matches a strategy's inputs with the feeds of its slices.
 *
 * A named input takes the feed that `inputs` gives it, else the feed of the
 * stage with its name, else the only feed of its stamp. An input without a
 * name takes the only feed, else the only one with its columns and stamp.
 */
export function bindInputs(
  description: Pick<StrategyDescription, "inputs">,
  feeds: readonly TableType[],
  config: { readonly inputs?: Readonly<Record<string, string>> },
): Bound {
  const bindings: Binding[] = [];
  const issues = unknownNames(description.inputs, config.inputs ?? {});
  issues.push(...unknownFeeds(feeds, config));
  for (const input of description.inputs) {
    const found = choose(input, feeds, config.inputs ?? {});
    if (found === undefined) continue;
    if (typeof found !== "number") {
      issues.push(found);
      continue;
    }
    const problems = mismatches(input, feeds[found]);
    issues.push(...problems);
    if (problems.length === 0) {
      bindings.push({ input: input.name, feed: found });
    }
  }
  return { bindings, issues };
}

/** Values of `inputs` that are no feed of the slices. */
export function unknownFeeds(
  feeds: readonly TableType[],
  config: { readonly inputs?: Readonly<Record<string, string>> },
): StageIssue[] {
  const known = feeds.map((feed) => feed.stage);
  return Object.entries(config.inputs ?? {})
    .filter(([, stage]) => !known.includes(stage))
    .map(([name, stage]) => ({
      code: "unknown_input",
      path: ["inputs", name],
      message: `Cannot find the feed "${stage}": current feeds are ${
        known.join(", ")
      }`,
      ...didYouMean(stage, known),
    }));
}

function unknownNames(
  inputs: readonly StrategyInput[],
  given: Readonly<Record<string, string>>,
): StageIssue[] {
  const known = inputs.flatMap(({ name }) => name ?? []);
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      code: "unknown_key",
      path: ["inputs", name],
      message: `Cannot bind the input "${name}": ${
        known.length === 0
          ? "the strategy does not name its input"
          : `the strategy's inputs are ${known.join(", ")}`
      }`,
      ...didYouMean(name, known),
    }));
}

/** A feed's index, an issue, or undefined when another issue says it already. */
function choose(
  input: StrategyInput,
  feeds: readonly TableType[],
  given: Readonly<Record<string, string>>,
): number | StageIssue | undefined {
  if (input.name !== null) {
    if (Object.hasOwn(given, input.name)) {
      const index = feeds.findIndex((feed) =>
        feed.stage === given[input.name ?? ""]
      );
      return index < 0 ? undefined : index;
    }
    const index = feeds.findIndex((feed) => feed.stage === input.name);
    if (index >= 0) return index;
  }
  if (feeds.length === 1) return 0;
  const stamped = indices(feeds, (feed) => fitsStamp(input, feed));
  const fitting = input.name !== null
    ? stamped
    : stamped.filter((index) => lacking(input, feeds[index]).length === 0);
  if (fitting.length === 1) return fitting[0];
  // With one candidate by stamp the missing columns say more than "none fits".
  if (fitting.length === 0 && stamped.length === 1) return stamped[0];
  return fitting.length === 0
    ? noneFits(input, feeds)
    : severalFit(input, fitting.map((index) => feeds[index]));
}

function mismatches(input: StrategyInput, feed: TableType): StageIssue[] {
  if (!fitsStamp(input, feed)) {
    return [{
      code: "type_mismatch",
      path: ["strategy"],
      message: `Cannot give ${nameOf(input)} ${
        rowsOf(input.stamp)
      }: current rows of "${feed.stage}" are ${rowsOf(feed.stamp)}`,
      ...(input.stamp === "close"
        ? { hint: "put a preaggregate before the dispatcher" }
        : {}),
    }];
  }
  return lacking(input, feed).map((column) => ({
    code: "missing_column",
    path: ["strategy"],
    message: `Cannot give ${
      nameOf(input)
    } the column "${column}": current columns of "${feed.stage}" are ${
      listColumns(feed)
    }`,
  }));
}

function noneFits(
  input: StrategyInput,
  feeds: readonly TableType[],
): StageIssue {
  const has = feeds.map((feed) =>
    `"${feed.stage}" (${rowsOf(feed.stamp)}: ${listColumns(feed)})`
  );
  const wanted = input.columns.length === 0
    ? ""
    : ` with ${input.columns.join(", ")}`;
  return {
    code: input.columns.length > 0 && feeds.some((f) => fitsStamp(input, f))
      ? "missing_column"
      : "type_mismatch",
    path: ["strategy"],
    message: `Cannot find a feed of ${rowsOf(input.stamp)}${wanted} for ${
      nameOf(input)
    }: current feeds are ${has.join(", ")}`,
  };
}

function severalFit(
  input: StrategyInput,
  feeds: readonly TableType[],
): StageIssue {
  const names = feeds.map((feed) => feed.stage).join(", ");
  return {
    code: "too_many_inputs",
    path: ["strategy"],
    message: `Cannot choose the feed of ${
      nameOf(input)
    }: current feeds that fit are ${names}`,
    hint: input.name === null
      ? "name the strategy's inputs, or slice one table only"
      : `say which: inputs: { ${input.name}: ${feeds[0].stage} }`,
  };
}

function indices(
  feeds: readonly TableType[],
  test: (feed: TableType) => boolean,
): number[] {
  return feeds.flatMap((feed, index) => test(feed) ? [index] : []);
}

function fitsStamp(input: StrategyInput, feed: TableType): boolean {
  return input.stamp === "any" || input.stamp === feed.stamp;
}

function lacking(input: StrategyInput, feed: TableType): string[] {
  return [...new Set(input.columns)].filter((column) =>
    column !== "time" && !feed.columns.includes(column)
  );
}

function nameOf(input: StrategyInput): string {
  return input.name === null
    ? "the strategy's input"
    : `the strategy's input "${input.name}"`;
}

function rowsOf(stamp: "event" | "close" | "any"): string {
  return stamp === "event" ? "ticks" : stamp === "close" ? "bars" : "rows";
}

function listColumns(feed: TableType): string {
  return ["time", ...feed.columns].join(", ");
}
