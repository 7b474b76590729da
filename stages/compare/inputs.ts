import type { FinishedRun, StoredStage } from "./finished_run.ts";

/** Something that went into two runs and is not the same. */
export interface InputChange {
  readonly what: "config" | "code" | "data" | "program";
  /** Key of the configuration, or id of the stage; empty for the program. */
  readonly where: string;
  /** Null: this run has none. */
  readonly a: string | null;
  readonly b: string | null;
}

/** All inputs in which two runs differ: what was asked for first. */
export function inputChanges(a: FinishedRun, b: FinishedRun): InputChange[] {
  const changes = (
    what: InputChange["what"],
    left: Readonly<Record<string, string>>,
    right: Readonly<Record<string, string>>,
  ) =>
    [...new Set([...Object.keys(left), ...Object.keys(right)])]
      .filter((where) => left[where] !== right[where])
      .map((where) => ({
        what,
        where,
        a: left[where] ?? null,
        b: right[where] ?? null,
      }));
  return [
    ...changes("config", flat(a.config), flat(b.config)),
    ...changes("code", codeOf(a), codeOf(b)),
    ...changes("data", dataOf(a), dataOf(b)),
    ...changes(
      "program",
      { "": a.plan.program ?? "" },
      { "": b.plan.program ?? "" },
    ),
  ];
}

/**
 * Leaves by their path, as `stages.cross.params.fast`; lists are leaves, an
 * empty map has none.
 */
export function flat(
  value: unknown,
  path = "",
): Record<string, string> {
  const isMap = typeof value === "object" && value !== null &&
    !Array.isArray(value);
  if (!isMap) {
    return {
      [path]: typeof value === "string" ? value : JSON.stringify(value),
    };
  }
  const parts = Object.entries(value).map(([key, inner]) =>
    flat(inner, path === "" ? key : `${path}.${key}`)
  );
  return Object.assign({}, ...parts);
}

/** Hash of the module of each stage that has one. */
function codeOf({ plan }: FinishedRun): Record<string, string> {
  return of(plan.stages, ({ prepared }) => prepared?.code);
}

/** Hash of the rows of each table that came from outside. */
function dataOf({ plan }: FinishedRun): Record<string, string> {
  const loaders = plan.stages.filter(({ kind }) => kind === "loader");
  return of(loaders, ({ prepared }) => {
    const table = prepared?.table;
    return table && `${table.content.slice(0, 16)} (${table.rows} rows)`;
  });
}

function of(
  stages: readonly StoredStage[],
  value: (stage: StoredStage) => string | undefined,
): Record<string, string> {
  const entries = stages.flatMap((stage) => {
    const text = value(stage);
    return text === undefined ? [] : [[stage.id, text]];
  });
  return Object.fromEntries(entries);
}
