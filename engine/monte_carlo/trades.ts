import { randomAt } from "../strategy/random.ts";
import type { PathMethod, PathOptions } from "./path.ts";

/** Keeps methods of one seed apart. */
const BOOTSTRAP = 0x1d8af066;
const SHUFFLE = 0x2545f491;
const SKIP = 0x3c6ef372;

/**
 * As many trades as there were, each drawn from all of them with replacement: by
 * how much luck with single trades moves a result.
 *
 * Source: B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals
 * of Statistics 7 (1979). It takes trades to be independent and all alike.
 *
 * @param nets of the trades, account currency
 */
export function tradeBootstrap(
  nets: Float64Array,
  { capital, seed }: PathOptions,
): PathMethod {
  const steps = nets.length;
  return {
    steps,
    make(index, equity) {
      let value = capital;
      for (let i = 0; i < steps; i++) {
        const drawn = randomAt(seed ^ BOOTSTRAP, index, i);
        value += nets[Math.floor(drawn * steps)];
        equity[i] = value;
      }
    },
  };
}

/**
 * The same trades in another order, every order as likely as any (R. Durstenfeld,
 * Algorithm 235, Communications of the ACM 7, 1964): how much of a drawdown is
 * the order in which trades came. All end where the trades ended.
 */
export function tradeShuffle(
  nets: Float64Array,
  { capital, seed }: PathOptions,
): PathMethod {
  const steps = nets.length;
  const order = new Float64Array(steps);
  const end = nets.reduce((sum, net) => sum + net, capital);
  return {
    steps,
    make(index, equity) {
      order.set(nets);
      for (let i = steps - 1; i > 0; i--) {
        const j = Math.floor(randomAt(seed ^ SHUFFLE, index, i) * (i + 1));
        const other = order[i];
        order[i] = order[j];
        order[j] = other;
      }
      let value = capital;
      for (let i = 0; i < steps; i++) equity[i] = value += order[i];
      // Another order rounds otherwise.
      equity[steps - 1] = end;
    },
  };
}

/**
 * The trades in their order, each left out with a chance: what a run hangs on
 * when it may miss trades. A trade that is left out is a step that changes
 * nothing.
 *
 * @param skip chance to be left out, 0 to 1
 */
export function tradeSkip(
  nets: Float64Array,
  { capital, seed, skip }: PathOptions & { readonly skip: number },
): PathMethod {
  const steps = nets.length;
  return {
    steps,
    make(index, equity) {
      let value = capital;
      for (let i = 0; i < steps; i++) {
        if (randomAt(seed ^ SKIP, index, i) >= skip) value += nets[i];
        equity[i] = value;
      }
    },
  };
}
