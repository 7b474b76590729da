import { sharpe } from "../../engine/metrics/sharpe.ts";
import { type Html, markup } from "../html.ts";
import { ratio } from "../format.ts";
import { chartFigure } from "../page/parts.ts";
import type { Section } from "../section.ts";

/** Sessions of a window, the longest first. */
const WINDOWS = [252, 126, 63, 21, 10];

/** The Sharpe ratio of the last sessions, at each session's close. */
export const rolling: Section = {
  id: "rolling",
  title: "Rolling Sharpe",
  render({ daily, annualisation }, payload): Html | null {
    const sessions = daily.returns.length;
    const window = WINDOWS.find((window) => sessions >= 2 * window);
    if (window === undefined) return null;
    const ends = Array.from(
      { length: sessions - window + 1 },
      (_, i) => i + window,
    );
    const values = ends.map((end) => {
      const part = daily.returns.slice(end - window, end);
      return part.every(Number.isFinite) ? sharpe(part, annualisation) : null;
    });
    const defined = ends.filter((_, i) => values[i] !== null);
    if (defined.length < 2) return null;
    const shown = values.filter((value) => value !== null);
    payload.chart("rolling-chart", {
      kind: "lines",
      form: "ratio",
      height: 220,
      lines: [{
        label: `Sharpe of ${window} sessions`,
        time: payload.column(
          Float64Array.from(defined, (end) => daily.close[end - 1]),
          1,
        ),
        value: payload.column(Float64Array.from(shown), 1e4),
        color: "accent",
      }],
    });
    const low = Math.min(...shown);
    const high = Math.max(...shown);
    return chartFigure({
      id: "rolling-chart",
      caption:
        `Sharpe ratio of the last ${window} sessions, annualised by √${annualisation}`,
      alternative: `Line chart. Between ${ratio(low)} and ${
        ratio(high)
      }, at the end ${ratio(shown.at(-1))}`,
      moves: true,
      note: window < 63 &&
        markup`${window} returns are few: a ratio of so many moves by chance alone.`,
    });
  },
};
