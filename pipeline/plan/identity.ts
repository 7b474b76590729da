import { createHash } from "node:crypto";
import type { Plan } from "./plan.ts";

/**
 * A hash for each part of a plan that decides what a run gives: the program,
 * the settings and each stage. How many Workers run it, and with how much memory, decides
 * nothing.
 */
export function identityOf(plan: Plan): Readonly<Record<string, string>> {
  const { program, run, sections, stages } = plan;
  const parts: Record<string, string> = {
    // Absent in a plan from before it was kept.
    "the program": program ?? "",
    settings: hashOf({ seed: run.seed, sections }),
  };
  for (const { id, kind, from, config, prepared } of stages) {
    parts[`stage ${id}`] = hashOf({ kind, from, config, prepared });
  }
  return parts;
}

/** The first part in which two identities differ; undefined when none does. */
export function firstChange(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): string | undefined {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .find((part) => a[part] !== b[part]);
}

/** SHA-256 of a value of JSON; whether a table was `cached` is left out. */
function hashOf(value: unknown): string {
  const text = JSON.stringify(
    value,
    (key, inner) => (key === "cached" ? undefined : inner),
  );
  return createHash("sha256").update(text).digest("hex");
}
