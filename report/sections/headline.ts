import { markup, type Piece } from "../html.ts";
import { count, money, percent, ratio } from "../format.ts";
import { groupOf, numberIn } from "../run/metrics.ts";
import { figure, type Run } from "../run/run.ts";
import type { Section } from "../section.ts";

/** The figures that one looks at first. */
export const headline: Section = {
  id: "headline",
  title: "Headline figures",
  render(run) {
    const of = (name: string) => figure(run, name);
    const net = of("net_profit");
    const trades = of("trades") ?? 0;
    const tiles: readonly Tile[] = [
      {
        name: "Net profit",
        value: money(net),
        note: run.currency,
        tone: net,
      },
      {
        name: "Return",
        value: percent(net === null ? null : net / run.capital),
        note: `of ${money(run.capital)}`,
        tone: net,
      },
      {
        name: "Max drawdown",
        value: percent(of("max_drawdown")),
        note: money(of("max_drawdown_amount")),
      },
      {
        name: "Sharpe",
        value: ratio(of("sharpe")),
        note: `daily, √${run.annualisation} a year`,
      },
      { name: "Sortino", value: ratio(of("sortino")), note: "target 0" },
      {
        name: "Trades",
        value: count(trades),
        note: `${count(of("fills") ?? 0)} fills`,
      },
      {
        name: "Win rate",
        value: percent(of("win_rate")),
        note: "of round trips",
      },
      {
        name: "Profit factor",
        value: ratio(of("profit_factor")),
        note: "won over lost",
      },
      {
        name: "Expectancy",
        value: money(of("expectancy")),
        note: `${run.currency} a trade`,
      },
      {
        name: "Commission",
        value: money(of("commission")),
        note: run.currency,
      },
      ...more(run),
    ];
    return markup`<dl class="tiles">
${tiles.map(tileHtml)}</dl>
${notes(run).map((note) => markup`<p class="note">${note}</p>`)}`;
  },
};

/** What is there of the figures in groups. */
function more(run: Run): Tile[] {
  const volatility = numberIn(groupOf(run, "risk"), "volatility");
  const time = numberIn(groupOf(run, "activity"), "time_in_market");
  return [
    ...(volatility === null ? [] : [{
      name: "Volatility",
      value: percent(volatility),
      note: "a year",
    }]),
    ...(time === null ? [] : [{
      name: "Time in market",
      value: percent(time),
      note: "of session time",
    }]),
  ];
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  /** Written in the colour of gain or loss by its sign. */
  readonly tone?: number | null;
}

function tileHtml({ name, value, note, tone = 0 }: Tile): Piece {
  const mood = tone === null || tone === 0 ? "" : tone > 0 ? "gain" : "loss";
  return markup`
    <div>
      <dt>${name}</dt>
      <dd><span class="value ${mood}">${value}</span> <span class="unit">${note}</span></dd>
    </div>
  `;
}

/** What a reader should know before believing the figures. */
function notes(run: Run): string[] {
  const found: string[] = [];
  if (!run.kept) {
    found.push("The sweep kept no fills, trades and equity of its best set.");
  } else if (run.fills.time.length === 0) {
    found.push("The strategy never traded: ratios of trades are not defined.");
  }
  if (run.sessions.length < 30) {
    const n = run.sessions.length;
    found.push(
      `Sharpe and Sortino come from ${n} daily ${
        n === 1 ? "return" : "returns"
      }: too few to say much.`,
    );
  }
  return found;
}
