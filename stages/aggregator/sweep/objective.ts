import { Expression } from "../../sweep/expression.ts";
import type { Figures } from "../figures.ts";

/** What an objective makes of a run's figures: null where it is not defined. */
export function objectiveOf(
  text: string,
): (figures: Figures) => number | null {
  let read: Expression | null = null;
  return (figures) => {
    if (read === null) {
      const found = Expression.read(text, Object.keys(figures));
      if (!(found instanceof Expression)) return null;
      read = found;
    }
    const value = read.of({ ...figures });
    return typeof value === "number" ? value : null;
  };
}
