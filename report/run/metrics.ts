import type { Group, Run } from "./run.ts";

/** A group of `metrics` in `result.json` by its name; null when the run has none. */
export function groupOf({ result }: Run, name: string): Group | null {
  const metrics = result.metrics as Group | undefined;
  const group = metrics?.[name];
  return isGroup(group) ? group : null;
}

export function isGroup(value: unknown): value is Group {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A number of a group; null when it is not defined or not there. */
export function numberIn(group: Group | null, name: string): number | null {
  const value = group?.[name];
  return typeof value === "number" ? value : null;
}
