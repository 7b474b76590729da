import { m4 } from "../downsample/m4.ts";
import { money, percent } from "../format.ts";
import { chartFigure } from "../page/parts.ts";
import type { Section } from "../section.ts";
import { LINE_BUCKETS } from "./equity.ts";

/** The value of what is held, over time. */
export const exposure: Section = {
  id: "exposure",
  title: "Exposure",
  render({ equity, currency, capital }, payload) {
    const { time, exposure } = equity;
    if (!exposure.some((value) => value !== 0)) return null;
    const shape = m4({ time, value: exposure }, LINE_BUCKETS);
    payload.chart("exposure-chart", {
      kind: "lines",
      form: "money",
      height: 200,
      lines: [{
        label: `Position value (${currency})`,
        time: payload.column(shape.time, 1),
        value: payload.column(shape.value, 100),
        color: "line",
        fill: "zero",
        steps: true,
      }],
    });
    const long = exposure.reduce((a, b) => Math.max(a, b), 0);
    const short = exposure.reduce((a, b) => Math.min(a, b), 0);
    const said = `At most ${money(long)} long (${
      percent(long / capital)
    } of the capital) and ${money(-short)} short (${
      percent(-short / capital)
    })`;
    return chartFigure({
      id: "exposure-chart",
      caption: `Value of all positions, ${currency}: long above 0, short below`,
      alternative: `Area chart. ${said}`,
      moves: true,
      note: `${said}, at the samples of the equity.`,
    });
  },
};
