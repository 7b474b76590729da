import type { Section } from "../section.ts";
import { costs } from "./costs.ts";
import { distributions } from "./distributions.ts";
import { equity } from "./equity.ts";
import { exposure } from "./exposure.ts";
import { facts } from "./facts.ts";
import { figures } from "./figures.ts";
import { headline } from "./headline.ts";
import { histories } from "./histories.ts";
import { monthly } from "./monthly.ts";
import { price } from "./price.ts";
import { rolling } from "./rolling.ts";
import { splits } from "./splits.ts";
import { sweep } from "./sweep.ts";
import { trades } from "./trades.ts";
import { walkForward } from "./walk_forward.ts";

/** Every part of a report, in the order in which they stand. */
export const sections: readonly Section[] = [
  headline,
  sweep,
  walkForward,
  equity,
  price,
  monthly,
  distributions,
  rolling,
  exposure,
  costs,
  histories,
  splits,
  trades,
  figures,
  facts,
];
