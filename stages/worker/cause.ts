/** What a user's module threw, fit for one line. */
export interface Cause {
  readonly message: string;
  /** A fault's code, when the error carries one. */
  readonly code?: unknown;
  readonly hint?: string;
  readonly stack?: string;
}

/** What Deno says of an import that the Worker's permissions leave out. */
const FOREIGN =
  /^Requires (?:read|import) access to (".*?"), run again with the --allow-/;

/** Reads anything that can be thrown; Deno's own refusals get our hint. */
export function causeOf(error: unknown): Cause {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, hint } = error as { code?: unknown; hint?: string };
  const stack = error.stack === undefined
    ? {}
    : { stack: withoutColor(error.stack) };
  if (error.name === "NotCapable") {
    return {
      ...stack,
      code: "forbidden",
      message: error.message.replace(/, run again with .*$/, ""),
      hint:
        "a strategy has no files, network, environment or processes: hand it data through params or a stage",
    };
  }
  const foreign = FOREIGN.exec(error.message);
  if (foreign) {
    return {
      ...stack,
      code: "forbidden",
      message: `it imports ${foreign[1]}, which lies elsewhere`,
      hint: "a strategy may import from its own folder and from engine/ only",
    };
  }
  return {
    ...stack,
    code,
    // What Deno says of a module that does not parse goes on with its source.
    message: withoutColor(error.message).trim().split("\n")[0] || error.name,
    ...(hint === undefined ? {} : { hint }),
  };
}

function withoutColor(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/\x1b\[[0-9;]*m/g, "");
}
