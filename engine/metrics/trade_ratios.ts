import { defined, type Values } from "./values.ts";

/**
 * Profit factor: `Σ net of winners / |Σ net of losers|`. Null when no trade
 * lost.
 *
 * @param nets net result of each round trip, account currency
 * @example profitFactor of nets 30, −10, −5 is 30 / 15 = 2
 */
export function profitFactor(nets: Values): number | null {
  const { won, lost } = tally(nets);
  return defined(won / lost);
}

/**
 * Expectancy: `Σ net / N`, the mean net result of a trade, account currency.
 * It equals `winRate · mean win − lossRate · mean loss` (V. K. Tharp, "Trade
 * Your Way to Financial Freedom", 1998). Null when there are no trades.
 *
 * @example expectancy of nets 30, −10, −5 is 15 / 3 = 5
 */
export function expectancy(nets: Values): number | null {
  let sum = 0;
  for (let i = 0; i < nets.length; i++) sum += nets[i];
  return defined(sum / nets.length);
}

/**
 * Win rate: `trades with net > 0 / all trades`, 0 to 1. A trade that comes out
 * even is no win. Null when there are no trades.
 *
 * @example winRate of nets 30, −10, −5 is 1 / 3
 */
export function winRate(nets: Values): number | null {
  return defined(tally(nets).wins / nets.length);
}

/**
 * Payoff ratio: `mean net of winners / |mean net of losers|`. Null when no
 * trade won or none lost.
 *
 * @example payoff of nets 30, −10, −5 is 30 / 7.5 = 4
 */
export function payoff(nets: Values): number | null {
  const { won, wins, lost, losses } = tally(nets);
  return defined(won / wins / (lost / losses));
}

function tally(nets: Values) {
  let won = 0;
  let lost = 0;
  let wins = 0;
  let losses = 0;
  for (let i = 0; i < nets.length; i++) {
    const net = nets[i];
    if (net > 0) {
      won += net;
      wins++;
    } else if (net < 0) {
      lost -= net;
      losses++;
    }
  }
  return { won, wins, lost, losses };
}
