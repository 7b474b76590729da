import { z } from "zod";
import { RATE } from "./rate.ts";

/** A fraction in YAML, kept as it is written. */
export const RateSchema = z.union([
  z.number(),
  z.string().regex(RATE),
], { error: "a fraction such as 0.0002, 0.02% or 2bps" });
