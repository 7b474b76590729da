import { markup } from "../html.ts";
import { m4 } from "../downsample/m4.ts";
import { dateText, money, percent } from "../format.ts";
import { chartFigure, timeControls } from "../page/parts.ts";
import { figure, type Run } from "../run/run.ts";
import type { Section } from "../section.ts";

/** Buckets of a line's shape: twice a wide screen's pixels. */
export const LINE_BUCKETS = 4000;

/** Equity over time, and how far it is below its peak. */
export const equity: Section = {
  id: "equity",
  title: "Equity and drawdown",
  render(run, payload) {
    if (run.equity.time.length === 0) return null;
    const { time, equity } = fromStart(run);
    const under = underwater(equity, run.capital);
    const shape = m4({ time, value: equity }, LINE_BUCKETS);
    const depth = m4({ time, value: under }, LINE_BUCKETS);
    payload.chart("equity-chart", {
      kind: "lines",
      form: "money",
      height: 300,
      lines: [{
        label: `Equity (${run.currency})`,
        time: payload.column(shape.time, 1),
        value: payload.column(shape.value, 100),
        color: "accent",
        fill: "below",
      }],
    });
    payload.chart("drawdown-chart", {
      kind: "lines",
      form: "percent",
      height: 180,
      lines: [{
        label: "Drawdown",
        time: payload.column(depth.time, 1),
        value: payload.column(depth.value, 1e6),
        color: "loss",
        fill: "zero",
      }],
    });
    return markup`${timeControls("Span of time of all charts")}
${
      chartFigure({
        id: "equity-chart",
        caption:
          `Equity, ${run.currency}, costs taken off, open positions at their mark`,
        alternative: equityText(run),
        moves: true,
      })
    }
${
      chartFigure({
        id: "drawdown-chart",
        caption: "Drawdown: equity below its highest so far",
        alternative: drawdownText(run, { time, under }),
        moves: true,
        note:
          markup`Drag to zoom, double-click for the whole run; with the keyboard: arrows, <kbd>+</kbd>, <kbd>−</kbd>, <kbd>0</kbd>. Time between sessions is left out.${
            time.length > shape.time.length &&
            markup`
              ${
              time.length.toLocaleString(
                "en-US",
              )
            } samples are drawn as the first, last, lowest and highest of each bucket of time (M4).
            `
          }`,
      })
    }`;
  },
};

/** The samples, and the capital before the first of them. */
function fromStart({ equity, capital, feeds }: Run) {
  const first = Math.min(...feeds.map(({ first }) => first ?? Infinity));
  if (!(first < equity.time[0])) return equity;
  return {
    time: withFirst(first, equity.time),
    equity: withFirst(capital, equity.equity),
  };
}

/** Equity over its highest so far, less one; the peak begins at the capital. */
function underwater(equity: Float64Array, capital: number): Float64Array {
  let peak = capital;
  return equity.map((value) => {
    if (value > peak) peak = value;
    return peak > 0 ? value / peak - 1 : 0;
  });
}

function equityText(run: Run): string {
  const { equity } = run.equity;
  const low = equity.reduce((a, b) => Math.min(a, b), Infinity);
  const high = equity.reduce((a, b) => Math.max(a, b), -Infinity);
  return `Line chart. Equity begins at ${money(run.capital)} and ends at ${
    money(figure(run, "final_equity"))
  } ${run.currency}; lowest ${money(low)}, highest ${money(high)}`;
}

function drawdownText(
  run: Run,
  { time, under }: { time: Float64Array; under: Float64Array },
): string {
  const lowest = under.reduce((at, value, i) => value < under[at] ? i : at, 0);
  if (!(under[lowest] < 0)) {
    return "Area chart. Equity was never below its highest so far";
  }
  return `Area chart. The deepest drawdown is ${percent(under[lowest])}, on ${
    dateText(run.origin + time[lowest])
  }`;
}

/** The values with one more before them. */
function withFirst(first: number, values: Float64Array): Float64Array {
  const all = new Float64Array(values.length + 1);
  all[0] = first;
  all.set(values, 1);
  return all;
}
