import { SeriesGraph } from "../series/graph.ts";
import { Series } from "../series/series.ts";
import { barsOf } from "./bars.ts";
import { type ParamIssue, resolveParams } from "./params.ts";
import { spanOf } from "./span.ts";
import { layState } from "./state.ts";
import type {
  AnyStrategy,
  Columns,
  InputSpec,
  SeriesRecord,
} from "./strategy.ts";

/** A strategy with its parameters applied: what it reads, and its series. */
export interface CompiledStrategy {
  readonly definition: AnyStrategy;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: readonly CompiledInput[];
  readonly series: SeriesRecord;
  /** The series of `wakeOn`, row by row of its input; null: every row counts. */
  readonly wake: Series | null;
  /** Rows of an input after which every indicator forgot its start. */
  readonly warmupRows: number;
  /** Nanoseconds of trading time that must pass before these rows. */
  readonly warmupTime: number;
}

export interface CompiledInput {
  /** Null when the strategy does not name its one input. */
  readonly name: string | null;
  /** Null: ticks or bars, whatever comes. */
  readonly spec: InputSpec | null;
  readonly graph: SeriesGraph;
}

/** A strategy with its parameters, or what is wrong with them. */
export interface Compilation {
  readonly compiled: CompiledStrategy | null;
  readonly issues: readonly ParamIssue[];
}

/**
 * Applies parameters to a strategy and lets it declare its series.
 *
 * @param beside the same strategy with other parameters, which reads the same
 * inputs: equal indicators of both are one
 */
export function compileStrategy(
  definition: AnyStrategy,
  given: Readonly<Record<string, unknown>>,
  beside?: CompiledStrategy,
): Compilation {
  const { values, issues } = resolveParams(definition.params ?? {}, given);
  if (issues.length > 0) return { compiled: null, issues };

  if (Object.keys(definition.inputs ?? { one: "" }).length === 0) {
    throw new TypeError(
      "Cannot use inputs: current value is {}, leave it out when there is one",
    );
  }
  for (const { graph } of beside?.inputs ?? []) graph.beginSet();
  const inputs: readonly CompiledInput[] = beside
    ? beside.inputs
    : definition.inputs === undefined
    ? [{ name: null, spec: null, graph: new SeriesGraph("") }]
    : Object.entries(definition.inputs).map(([name, spec]) => ({
      name,
      spec,
      graph: new SeriesGraph(name),
    }));
  const declared = inputs[0].name === null
    ? columnsOf(inputs[0].graph)
    : Object.fromEntries(inputs.map((i) => [i.name, columnsOf(i.graph)]));
  const series = definition.indicators(declared, values);
  checkSeries(series);
  for (const each of Object.values(series)) each.owner.want(each);
  const wake = wakeOf(definition, series);
  const { onTick, onBar } = definition;
  if (!onTick && !onBar && !hearsTimes(definition)) {
    throw new TypeError(
      "Cannot run a strategy without onTick, onBar, onTimer or onSessionStart",
    );
  }
  layState(definition.state ?? {});
  checkListeners(definition);
  checkCallbacks(definition);
  const warmupRows = Math.max(...inputs.map((i) => i.graph.memory));
  const warmupTime = Math.max(...inputs.map((i) => i.graph.memoryTime));
  return {
    compiled: {
      definition,
      params: values,
      inputs,
      series,
      wake,
      warmupRows,
      warmupTime,
    },
    issues,
  };
}

function columnsOf(graph: SeriesGraph): Columns {
  const column = (name: string) => graph.column(name);
  const bars: Columns["bars"] = (every, price) => barsOf(graph, every, price);
  return new Proxy({}, {
    get: (_, name) =>
      name === "column"
        ? column
        : name === "bars"
        ? bars
        : column(String(name)),
  }) as Columns;
}

/** What is made of bars is taken at the last completed one, row by row. */
function wakeOf(
  { wakeOn }: AnyStrategy,
  series: SeriesRecord,
): Series | null {
  if (wakeOn === undefined) return null;
  if (!Object.hasOwn(series, wakeOn)) {
    throw new TypeError(
      `Cannot wake on ${wakeOn}: current series are ${
        Object.keys(series).join(", ") || "none"
      }`,
    );
  }
  const own = series[wakeOn];
  const ticks = own.owner.parent ?? own.owner;
  const wake = ticks.lift(own);
  ticks.want(wake);
  return wake;
}

/** A strategy of which nothing would ever run is a mistake. */
function checkListeners(definition: AnyStrategy): void {
  const { inputs, onTick, onBar } = definition;
  if (inputs === undefined || hearsTimes(definition)) return;
  const specs = Object.values(inputs);
  const heard = (onTick && specs.includes("ticks")) ||
    (onBar && specs.includes("bars"));
  if (heard) return;
  throw new TypeError(
    `Cannot run a strategy that hears nothing: its inputs are ${
      specs.join(", ")
    }, it has ${onTick ? "onTick" : "onBar"} only`,
  );
}

/** Whether something runs without an event of an input. */
function hearsTimes(
  { onTimer, onSessionStart, onSessionEnd }: AnyStrategy,
): boolean {
  return Boolean(onTimer ?? onSessionStart ?? onSessionEnd);
}

/** What comes in pairs, and what must be a duration. */
function checkCallbacks(definition: AnyStrategy): void {
  const { timers = {}, onTimer, snapshot, restore } = definition;
  for (const [name, rule] of Object.entries(timers)) {
    for (const span of Object.values(rule)) spanOf(span, `timer ${name}`);
  }
  const pairs = [
    ["timers", "onTimer", definition.timers, onTimer],
    ["snapshot", "restore", snapshot, restore],
  ] as const;
  for (const [a, b, left, right] of pairs) {
    if ((left === undefined) === (right === undefined)) continue;
    const [has, lacks] = left === undefined ? [b, a] : [a, b];
    throw new TypeError(`Cannot use ${has} without ${lacks}`);
  }
}

function checkSeries(record: unknown): asserts record is SeriesRecord {
  if (typeof record !== "object" || record === null) {
    throw new TypeError(
      "Cannot use indicators: they must return an object of series",
    );
  }
  for (const [name, value] of Object.entries(record)) {
    if (!(value instanceof Series)) {
      throw new TypeError(
        `Cannot use indicator ${name}: current value is ${
          String(value)
        }, it must be a column or an indicator`,
      );
    }
  }
}
