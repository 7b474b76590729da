import { z } from "zod";
import { BYTES, DURATION } from "./units.ts";

/** A duration in YAML, as text with its unit: `30m`. Kept as text in the config. */
export const Duration = z.string().regex(DURATION, {
  error: "a duration such as 500ms, 30s, 30m, 2h or 1d",
}).meta({ id: "duration", examples: ["30m"] });

/** A size in YAML, as text with its unit: `512MB`. */
export const Bytes = z.string().regex(BYTES, {
  error: "a size such as 256MB or 2GB",
}).meta({ id: "bytes", examples: ["512MB"] });
