import type { RunConfig } from "./document.ts";

/** A pipeline file, checked and complete. Deeply frozen; knows no YAML. */
export interface Spec {
  readonly name: string;
  /** The market's sections by key, such as `instruments`, with defaults filled. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** In document order. */
  readonly stages: readonly StageSpec[];
  readonly run: RunConfig;
}

export interface StageSpec {
  readonly id: string;
  /** As written: a registered kind, or the path of a module when `custom`. */
  readonly kind: string;
  readonly custom: boolean;
  /** Ids of the stages that feed this one, in written order. */
  readonly from: readonly string[];
  /** What the kind's schema made of the other keys. */
  readonly config: unknown;
  /** Where the stage stands in the document: `["stages", id]`. */
  readonly path: readonly (string | number)[];
}

/**
 * What the topology checks need of a stage. A file with mistakes elsewhere
 * still has an outline, so its wiring is checked in the same pass.
 */
export interface StageOutline {
  readonly id: string;
  /** Undefined: missing or not known. */
  readonly kind: string | undefined;
  readonly custom: boolean;
  /** Undefined: unreadable. */
  readonly from: readonly string[] | undefined;
}

/** Freezes a plain value and everything in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) {
    return value;
  }
  Object.freeze(value);
  for (const child of Object.values(value)) deepFreeze(child);
  return value;
}

/** A kind that is a module's path rather than a registered word. */
export function isCustomKind(kind: string): boolean {
  return /^\.{1,2}\//.test(kind) || kind.endsWith(".ts");
}
