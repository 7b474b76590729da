import type { Broker, Fill, OrderEvent } from "../../engine/mod.ts";
import { strategy } from "../../engine/mod.ts";
import type { SliceRecord } from "../../engine/host.ts";
import { runAll, SECOND, type Setup, type Tape } from "./engine.ts";

/** What a strategy does on its n-th event, counted from 0. */
export type Script = Readonly<Record<number, (broker: Broker) => unknown>>;

export interface Seen {
  readonly record: SliceRecord;
  readonly fills: readonly Fill[];
  /** `order news reason`, orders counted in the order of their first news. */
  readonly news: readonly string[];
  readonly events: readonly OrderEvent[];
  /** Event time, in seconds, at which each fill and each news was heard. */
  readonly heard: readonly number[];
}

/** Follows a script on the first tape, and notes all that it hears. */
export function follow(
  script: Script,
  tapes: Tape | readonly Tape[],
  more: Partial<Setup> = {},
): Seen {
  const fills: Fill[] = [];
  const events: OrderEvent[] = [];
  const heard: number[] = [];
  const all = Array.isArray(tapes) ? tapes as readonly Tape[] : [tapes as Tape];
  const bars = all[0].kind === "bars";
  const step = (_series: unknown, broker: Broker, state: { at: number }) => {
    script[state.at++]?.(broker);
  };
  const definition = strategy({
    indicators: (columns) => ({
      first: columns.column(Object.keys(all[0].columns)[0]),
    }),
    state: { at: 0 },
    ...(bars ? { onBar: step } : { onTick: step }),
    onFill(fill, _broker, _state, { time }) {
      fills.push(fill);
      heard.push(time / SECOND);
    },
    onOrder(event, _broker, _state, { time }) {
      events.push(event);
      heard.push(time / SECOND);
    },
  });
  const { record } = runAll({
    strategy: definition,
    tapes: all,
    equityEvery: 1e15,
    ...more,
  });
  const ids: number[] = [];
  const news = events.map(({ order, news, reason }) => {
    if (!ids.includes(order)) ids.push(order);
    return `${ids.indexOf(order)} ${news} ${reason}`;
  });
  return { record, fills, news, events, heard };
}

/** Trades a second apart, from second 1: prices, or `[price, size, side]`. */
export function trades(
  ...rows: readonly (number | readonly [number, number, number?])[]
): Tape {
  const time = rows.map((_, i) => (i + 1) * SECOND);
  const cells = rows.map((row) => typeof row === "number" ? [row, 1] : row);
  return {
    kind: "trades",
    time,
    columns: {
      price: cells.map(([price]) => price),
      size: cells.map(([, size]) => size),
      side: cells.map(([, , side]) => side ?? 0),
    },
  };
}

/** Quotes a second apart, from second 1: `[bid, ask, bid_size, ask_size]`. */
export function quotes(
  ...rows: readonly (readonly [number, number, number?, number?])[]
): Tape {
  return {
    kind: "quotes",
    time: rows.map((_, i) => (i + 1) * SECOND),
    columns: {
      bid: rows.map(([bid]) => bid),
      ask: rows.map(([, ask]) => ask),
      bid_size: rows.map(([, , size]) => size ?? 10),
      ask_size: rows.map(([, , , size]) => size ?? 10),
    },
  };
}

/** Bars of a minute: `[open, high, low, close]`. */
export function bars(
  ...rows: readonly (readonly [number, number, number, number])[]
): Tape {
  const names = ["open", "high", "low", "close"] as const;
  return {
    kind: "bars",
    time: rows.map((_, i) => (i + 1) * 60 * SECOND),
    columns: {
      ...Object.fromEntries(
        names.map((name, c) => [name, rows.map((row) => row[c])]),
      ),
      volume: rows.map(() => 400),
    },
  };
}

/** `time price quantity`, signed; time in seconds. */
export function fillsOf({ record }: Pick<Seen, "record">): string[] {
  const { time, side, quantity, price } = record.fills;
  return Array.from(
    time,
    (t, i) => `${t / SECOND}s ${side[i] * quantity[i]} @ ${price[i]}`,
  );
}
