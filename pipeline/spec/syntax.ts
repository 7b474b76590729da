import type { Document, ErrorCode } from "yaml";
import type { Issue } from "../contract/mod.ts";
import type { SourceText } from "./places.ts";

const WORDS: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: "a mapping cannot start on the line of its key",
  MULTIPLE_DOCS: "the file holds more than one document",
  TAB_AS_INDENT: "the line is indented with a tab",
  BAD_DQ_ESCAPE: "the escape after the backslash is not known",
  TAG_RESOLVE_FAILED: "the tag is not known",
  BAD_DIRECTIVE: "the directive is not known",
};

/** What the YAML parser had to say, one issue a line: the rest of it follows from the first. */
export function syntaxIssues(
  document: Document.Parsed,
  source: SourceText,
): Issue[] {
  const issues: Issue[] = [];
  let lastLine = 0;
  const problems = [...document.errors, ...document.warnings]
    .sort((a, b) => a.pos[0] - b.pos[0]);
  for (const { code, message, pos } of problems) {
    // What is missing at the end of the text is missing after its last word.
    const last = source.text.trimEnd().length;
    const start = Math.min(pos[0], Math.max(0, last - 1));
    const position = source.position(start, Math.max(pos[1], start + 1));
    if (position.line === lastLine) continue;
    lastLine = position.line;
    const what = WORDS[code] ?? inOurGrammar(message);
    const hint = hintFor(code, source.text.slice(0, pos[1]));
    issues.push({
      code: "yaml_syntax",
      path: [],
      message: `Cannot read YAML: ${what}`,
      position,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return issues;
}

function inOurGrammar(message: string): string {
  const line = message.split("\n", 1)[0].replace(/\.$/, "")
    .replace(/(["'])quote/, "quote $1");
  return line.charAt(0).toLowerCase() + line.slice(1);
}

function hintFor(code: ErrorCode, before: string): string | undefined {
  if (/\$\{[^}\n]*$/.test(before)) return 'quote it inside { }: "${NAME}"';
  if (code === "TAB_AS_INDENT") return "indent with spaces";
  if (code === "BLOCK_AS_IMPLICIT_KEY") {
    return "quote a text that holds a colon and a space";
  }
  return undefined;
}
