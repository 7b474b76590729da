import type { Broker } from "../broker/broker.ts";
import type { Exchange } from "../broker/exchange.ts";
import { fillOf, orderEventOf } from "../broker/fill.ts";
import { N, News } from "../broker/notices.ts";
import type { Context } from "../strategy/context.ts";
import type {
  AnyStrategy,
  MarginCall,
  NewsCallback,
  SeriesRecord,
} from "../strategy/strategy.ts";
import type { TimerSpec } from "./timers.ts";

/** What the callbacks of a strategy are called with. */
export interface ListenerSetup {
  readonly definition: AnyStrategy;
  /** The broker of the first input's instrument. */
  readonly broker: Broker;
  readonly exchanges: readonly Exchange[];
  readonly state: unknown;
  readonly context: Context;
  readonly series: SeriesRecord;
  readonly sessions: Pick<TimerSpec, "opens" | "closes">;
}

/** What a strategy hears beside the events of its inputs. */
export class Listener {
  readonly #setup: ListenerSetup;

  constructor(setup: ListenerSetup) {
    this.#setup = setup;
  }

  /** News of an order: what the strategy knows changes, and it is told. */
  hear(notice: Float64Array): void {
    const { definition, exchanges } = this.#setup;
    const exchange = exchanges[notice[N.Instrument]];
    exchange.hear(notice);
    const { symbol } = exchange.instrument;
    if (notice[N.News] === News.Fill) {
      this.#call(definition.onFill, fillOf(notice, symbol));
    } else this.#call(definition.onOrder, orderEventOf(notice, symbol));
  }

  timer(name: string): void {
    this.#call(this.#setup.definition.onTimer, name);
  }

  /** @param session index among the sessions of the run */
  session(kind: "start" | "end", session: number): void {
    const { definition, sessions } = this.#setup;
    const { onSessionStart, onSessionEnd } = definition;
    this.#call(kind === "start" ? onSessionStart : onSessionEnd, {
      open: sessions.opens[session],
      close: sessions.closes[session],
    });
  }

  marginCall(call: MarginCall): void {
    this.#call(this.#setup.definition.onMarginCall, call);
  }

  #call<T>(callback: NewsCallback<T> | undefined, what: T): void {
    const { definition, broker, state, context, series } = this.#setup;
    callback?.call(definition, what, broker, state, context, series);
  }
}
