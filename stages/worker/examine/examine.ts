import { dirname, join } from "node:path";
import type { StageIssue } from "../../../pipeline/contract/mod.ts";
import type { CodeFile } from "../hash_code.ts";
import type { Finding } from "./walk.ts";

/**
 * Looks through a strategy's own code for what would make its result depend on
 * how the run was cut: memory outside of its state, and what goes on when an
 * event is over. Every finding is an issue at the pipeline's `strategy`.
 *
 * @param files the strategy's own files, see `ownFiles`
 * @param strategy its path as the pipeline names it
 * @param carries it gives its other memory by `snapshot` and `restore`
 * @param sweeps it runs with many sets of parameters, whose `indicators` would
 * overwrite what another's has kept
 */
export async function examineStrategy(
  files: readonly CodeFile[],
  strategy: string,
  carries: boolean,
  sweeps = false,
): Promise<StageIssue[]> {
  const scripts = files.filter(({ name }) => /\.[cm]?[jt]sx?$/.test(name));
  if (scripts.every(({ text }) => isPlain(text))) return [];
  const { findIn } = await import("./find.ts");
  return findIn(scripts, sweeps).filter(({ what }) =>
    !(carries && ["variable", "content", "field"].includes(what))
  ).map((found) => issueOf(found, dirname(strategy)));
}

interface Placed extends Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

function issueOf(found: Placed, folder: string): StageIssue {
  const { what, file, line, column } = found;
  const { code, message, hint } = TEXTS[what](found.name);
  const place = `${join(folder, file)}:${line}:${column}`;
  return { code, path: ["strategy"], message: `${message} (${place})`, hint };
}

const STATE =
  "keep it in `state`, or give it by `snapshot` and take it up in `restore`";
const hidden = (message: string) =>
  ({ code: "hidden_state", message, hint: STATE }) as const;
const forbidden = (message: string, hint: string) =>
  ({ code: "forbidden", message, hint }) as const;

const TEXTS = {
  variable: (name: string) =>
    hidden(
      `Cannot carry "${name}" from slice to slice: it is a variable of the module`,
    ),
  content: (name: string) => ({
    ...hidden(
      `Cannot carry what "${name}" holds from slice to slice: it belongs to the module`,
    ),
    hint:
      `${STATE}; what each event fills anew may stay, with \`// scratch\` beside its declaration`,
  }),
  field: () => hidden("Cannot carry a field of `this` from slice to slice"),
  global: (name: string) =>
    hidden(
      `Cannot carry "${name}" from slice to slice: it is not the strategy's own`,
    ),
  async: () =>
    forbidden(
      "Cannot wait in a strategy: what comes after would run when the event is over",
      "call it without await, async and then",
    ),
  import: (name: string) =>
    forbidden(
      name === ""
        ? "Cannot import what is named at run time"
        : `Cannot import "${name}" in a strategy`,
      "a strategy may import from its own folder and from engine/ only",
    ),
  eval: (name: string) =>
    forbidden(
      `Cannot call ${name} in a strategy: nobody could look into its code`,
      "write the code out",
    ),
} satisfies Record<Finding["what"], (name: string) => Omit<StageIssue, "path">>;

/** Imports by relative path, and one strategy: nothing that could hold memory. */
const ONE_STRATEGY =
  /^(?:\s+|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/|import\s[^;"]*from\s*"(?:\.{1,2}\/|file:)[^"\n]*";)*export default strategy\(\{([\s\S]*)\}\);\s*$/;
const SUSPECT =
  /\b(?:this|self|global|globalThis|window|async|await|then|import|eval|Function|function|new|class|let|var|Object|Reflect|prototype)\b|(?<![.\w])[A-Z]\w*\s*[.[](?!\w+\()/;

/** Whether a look at the text is enough, which saves loading a parser. */
function isPlain(text: string): boolean {
  const body = ONE_STRATEGY.exec(text)?.[1];
  return body !== undefined && !SUSPECT.test(body);
}
