import { m4 } from "../downsample/m4.ts";
import { type Html, markup, type Piece } from "../html.ts";
import { money, percent } from "../format.ts";
import { chartFigure, factTable } from "../page/parts.ts";
import type { Line } from "../client/data.ts";
import { figure, type Run } from "../run/run.ts";
import type { Section } from "../section.ts";
import { LINE_BUCKETS } from "./equity.ts";

/** What trading cost: commission, and fills worse than the mark at the order. */
export const costs: Section = {
  id: "costs",
  title: "Costs",
  render(run, payload): Html | null {
    const { time } = run.fills;
    if (time.length === 0) return null;
    const paid = paidOf(run);
    const lines: Line[] = [];
    const add = (label: string, values: Float64Array, color: string) => {
      const shape = m4({ time, value: summed(values) }, LINE_BUCKETS);
      lines.push({
        label,
        time: payload.column(shape.time, 1),
        value: payload.column(shape.value, 100),
        color,
        steps: true,
      });
    };
    if (paid !== null) {
      add(`Commission (${run.currency})`, paid.commission, "accent");
      add(`Slippage (${run.currency})`, paid.slippage, "sell");
      payload.chart("costs-chart", {
        kind: "lines",
        form: "money",
        height: 220,
        lines,
      });
    }
    const slippage = paid === null ? null : total(paid.slippage);
    return markup`${factTable("Costs of all fills", rowsOf(run, slippage))}
${
      paid !== null && chartFigure({
        id: "costs-chart",
        caption: `Costs so far, ${run.currency}`,
        alternative: `Two lines. At the end commission is ${
          money(figure(run, "commission"))
        } and slippage ${money(slippage)}`,
        moves: true,
        note:
          "Slippage is side · (price − mark when the order was sent) · quantity · multiplier, the implementation shortfall of what was filled (Perold 1988): above 0 it was paid, below 0 gained, as by limit orders that waited, or where the price came back before the fill.",
      })
    }`;
  },
};

/** By fill, account currency; null where fills are in other currencies. */
function paidOf(
  { fills, instruments, currency }: Run,
): { commission: Float64Array; slippage: Float64Array } | null {
  if (instruments.some((instrument) => instrument.currency !== currency)) {
    return null;
  }
  const slippage = fills.price.map((price, i) => {
    const { multiplier, inverse } = instruments[fills.instrument[i]];
    const arrival = fills.arrival[i];
    const apart = inverse ? 1 / arrival - 1 / price : price - arrival;
    const paid = fills.side[i] * apart * fills.quantity[i] * multiplier;
    return Number.isFinite(paid) ? paid : 0;
  });
  return { commission: fills.commission, slippage };
}

function rowsOf(run: Run, slippage: number | null): [Piece, Piece][] {
  const commission = figure(run, "commission");
  const trades = run.trades.net.length;
  const gross = total(run.trades.gross);
  const makers = run.fills.maker.reduce((a, b) => a + b, 0);
  const each = (value: number | null) =>
    value === null || trades === 0 ? null : value / trades;
  return [
    [`Commission, ${run.currency}`, money(commission)],
    ["Commission a trade", money(each(commission))],
    [`Slippage, ${run.currency}`, money(slippage)],
    ["Slippage a trade", money(each(slippage))],
    [`Gross of trades before commission, ${run.currency}`, money(gross)],
    [
      "Commission over gross",
      percent(gross > 0 && commission !== null ? commission / gross : null),
    ],
    ["Fills as maker", percent(makers / run.fills.time.length)],
  ];
}

function summed(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => sum += value);
}

function total(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
