import type { Section } from "../section.ts";
import { equity } from "./equity.ts";
import { facts } from "./facts.ts";
import { headline } from "./headline.ts";
import { price } from "./price.ts";
import { trades } from "./trades.ts";

/** Every part of a report, in the order in which they stand. */
export const sections: readonly Section[] = [
  headline,
  equity,
  price,
  trades,
  facts,
];
