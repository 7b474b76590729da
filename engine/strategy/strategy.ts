import type { Series } from "../series/series.ts";
import type { Broker } from "../broker/broker.ts";
import type { Fill, OrderEvent } from "../broker/fill.ts";
import type { Bars } from "./bars.ts";
import type { Context } from "./context.ts";
import type { ParamSpecs, ParamValues } from "./params.ts";
import type { State, StateTemplate } from "./state.ts";

/** Columns of the built-in tables. */
export type ColumnName =
  | "price"
  | "size"
  | "side"
  | "bid"
  | "ask"
  | "bid_size"
  | "ask_size"
  | "open"
  | "high"
  | "low"
  | "close"
  | "volume"
  | "vwap"
  | "count";

/** The columns of one input. Only those that are named here are read. */
export type Columns = { readonly [K in ColumnName]: Series } & {
  /** A column that another stage made. */
  column(name: string): Series;
  /**
   * Bars of this input's ticks, known from their close on.
   *
   * @param every their length, such as `"1m"`: a day holds a whole number of
   * them, and they begin at multiples of it since midnight UTC
   * @param price what they are made of; the column `price` unless given
   */
  bars(every: string, price?: Series): Bars;
};

/** An input that a strategy names: ticks (trades or quotes) or bars. */
export type InputSpec = "ticks" | "bars";
export type InputSpecs = Readonly<Record<string, InputSpec>>;

/** One input: its columns. Several: columns by the input's name. */
export type Inputs<I extends InputSpecs | undefined> = I extends InputSpecs
  ? { readonly [K in keyof I]: Columns }
  : Columns;

export type SeriesRecord = Readonly<Record<string, Series>>;

/** What a strategy file exports by default, through {@link strategy}. */
export interface StrategyDefinition<
  P extends ParamSpecs = ParamSpecs,
  I extends InputSpecs | undefined = InputSpecs | undefined,
  X extends SeriesRecord = SeriesRecord,
  S extends StateTemplate = StateTemplate,
> {
  /** Parameters that YAML may set. */
  readonly params?: P;
  /** Names of the inputs; leave it out when there is one. */
  readonly inputs?: I;
  /** Declares what the strategy looks at: columns, and indicators over them. */
  indicators(inputs: Inputs<I>, params: ParamValues<P>): X;
  /**
   * Which of the series says when there is something to do: `onTick` (or
   * `onBar`) is then left out on rows of its input on which it is 0, and on
   * which nothing else has happened. It runs where the series is not 0 (NaN,
   * too), where an order or news of one is about, on the first row after a timer
   * or a session's edge, after an order was turned away, and on every row when
   * margin is enforced. Without it, it runs on every row.
   */
  readonly wakeOn?: keyof NoInfer<X> & string;
  /** Numbers, flags and arrays kept between ticks. */
  readonly state?: S;
  /** Runs on each trade or quote, after the fills that it caused. */
  onTick?(
    series: X,
    broker: Broker,
    state: State<S>,
    context: Context<ParamValues<P>>,
  ): void;
  /** Runs on each bar, at its close. */
  onBar?(
    series: X,
    broker: Broker,
    state: State<S>,
    context: Context<ParamValues<P>>,
  ): void;
  /** Runs after each fill, before `onTick` of the same tick. */
  onFill?(
    fill: Fill,
    broker: Broker,
    state: State<S>,
    context: Context<ParamValues<P>>,
    series: X,
  ): void;
  /** Runs on news of an order that is no fill: a rejection, say. */
  onOrder?(
    event: OrderEvent,
    broker: Broker,
    state: State<S>,
    context: Context<ParamValues<P>>,
    series: X,
  ): void;
  /** Runs at a session's open, before its first event. */
  onSessionStart?(
    session: SessionTimes,
    broker: Broker,
    state: State<S>,
    context: Context<ParamValues<P>>,
    series: X,
  ): void;
  /** Runs at a session's close, before the first event of the next one. */
  onSessionEnd?(
    session: SessionTimes,
    broker: Broker,
    state: State<S>,
    context: Context<ParamValues<P>>,
    series: X,
  ): void;
  /** Moments at which {@link onTimer} runs, by name. */
  readonly timers?: TimerRules;
  /** Runs when a timer is due, before the first event at or after it. */
  onTimer?(
    name: string,
    broker: Broker,
    state: State<S>,
    context: Context<ParamValues<P>>,
    series: X,
  ): void;
  /** Runs when equity has fallen below the maintenance margin. */
  onMarginCall?(
    call: MarginCall,
    broker: Broker,
    state: State<S>,
    context: Context<ParamValues<P>>,
    series: X,
  ): void;
  /**
   * What the strategy remembers outside of `state`: numbers, texts, flags,
   * bigints, dates, arrays, plain objects, maps, sets and typed arrays, one in
   * the other. Must be declared together with {@link restore}.
   */
  snapshot?(): unknown;
  /** Takes up what {@link snapshot} gave. */
  restore?(kept: never): void;
}

/** A session's span, nanoseconds since the run's origin. */
export interface SessionTimes {
  readonly open: number;
  readonly close: number;
}

/** Equity against what it has to back, in the account's currency. */
export interface MarginCall {
  readonly equity: number;
  readonly maintenance: number;
}

/** Durations such as `30s`, `5m`, `1h`, or nanoseconds. */
export type Span = string | number;

/**
 * When a timer is due: at every multiple of a span of absolute time while a
 * session is open, or so long after its open, or before its close.
 */
export type TimerRule =
  | { readonly every: Span }
  | { readonly afterOpen: Span }
  | { readonly beforeClose: Span };

export type TimerRules = Readonly<Record<string, TimerRule>>;

/** A strategy whose types were checked where it was written. */
export interface AnyStrategy {
  readonly params?: ParamSpecs;
  readonly inputs?: InputSpecs;
  indicators(inputs: unknown, params: unknown): SeriesRecord;
  readonly wakeOn?: string;
  readonly state?: StateTemplate;
  onTick?: EventCallback;
  onBar?: EventCallback;
  onFill?: NewsCallback<Fill>;
  onOrder?: NewsCallback<OrderEvent>;
  onSessionStart?: NewsCallback<SessionTimes>;
  onSessionEnd?: NewsCallback<SessionTimes>;
  readonly timers?: TimerRules;
  onTimer?: NewsCallback<string>;
  onMarginCall?: NewsCallback<MarginCall>;
  snapshot?(): unknown;
  restore?(kept: unknown): void;
}

/** What runs beside events of feeds. */
export type NewsCallback<T> = (
  what: T,
  broker: Broker,
  state: unknown,
  context: Context,
  series: SeriesRecord,
) => void;

/** `onTick` and `onBar`. */
export type EventCallback = (
  series: SeriesRecord,
  broker: Broker,
  state: unknown,
  context: Context,
) => void;

const MARK = Symbol.for("breakwater.strategy");

/** Marks and types a strategy. The default export of a strategy file. */
export function strategy<
  const P extends ParamSpecs = Record<never, never>,
  const I extends InputSpecs | undefined = undefined,
  X extends SeriesRecord = SeriesRecord,
  S extends StateTemplate = Record<never, never>,
>(definition: StrategyDefinition<P, I, X, S>): StrategyDefinition<P, I, X, S> {
  return Object.assign(definition, { [MARK]: true });
}

/** Whether a module's default export came from {@link strategy}. */
export function isStrategy(value: unknown): value is AnyStrategy {
  return typeof value === "object" && value !== null && MARK in value;
}
