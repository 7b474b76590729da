import type { Column } from "../column.ts";
import { column, numbers, texts, whole } from "./columns.ts";
import type { WindowRow } from "./walk_forward.ts";

/**
 * The columns of `windows.parquet`, a row a window and set, the best on the
 * training first: `window` and `set` from 0, `rank`, `param_…`, and of the
 * training and the test `…_objective`, `…_net_profit`, `…_trades`, `…_error`.
 */
export function windowColumns(rows: readonly WindowRow[]): Column[] {
  const names = [...new Set(rows.flatMap(({ params }) => Object.keys(params)))];
  return [
    whole("window", rows.map(({ window }) => window)),
    whole("set", rows.map(({ set }) => set)),
    whole("rank", rows.map(({ rank }) => rank)),
    ...names.map((name) =>
      column(`param_${name}`, rows.map(({ params }) => params[name] ?? null))
    ),
    ...(["train", "test"] as const).flatMap((side) => [
      ...(["objective", "net_profit", "trades"] as const).map((name) =>
        numbers(`${side}_${name}`, rows.map((row) => row[side][name]))
      ),
      texts(`${side}_error`, rows.map((row) => row[side].error)),
    ]),
  ];
}
