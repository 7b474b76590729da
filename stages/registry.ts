import type { Registry } from "../pipeline/contract/mod.ts";
import { aggregator } from "./aggregator/kind.ts";
import { custom } from "./custom/kind.ts";
import { dispatcher } from "./dispatcher/kind.ts";
import { loader } from "./loader/kind.ts";
import { preaggregate } from "./preaggregate/kind.ts";
import { sections } from "./sections.ts";
import { worker } from "./worker/kind.ts";

/** Every kind of stage that a pipeline file may name. */
export const registry: Registry = {
  kinds: { loader, preaggregate, dispatcher, worker, aggregator },
  custom,
  sections,
};
