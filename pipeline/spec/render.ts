import type { Issue } from "../contract/mod.ts";
import type { Texts } from "./parse.ts";

export interface RenderOptions {
  readonly color: boolean;
  /** Characters that a quoted line may take; longer ones are cut around the caret. */
  readonly width?: number;
}

/**
 * Issues as text for a terminal:
 *
 * ```
 * configs/x.yaml:5:11: Cannot find the stage "tikcs": … [unknown_input]
 *   5 |     from: tikcs
 *     |           ^^^^^ did you mean "ticks"?
 * ```
 */
export function renderIssues(
  issues: readonly Issue[],
  texts: Texts,
  options: RenderOptions,
): string {
  const paint = painter(options.color);
  const width = options.width ?? 100;
  const lines = new Map<string, string[]>();
  const blocks = issues.map((issue) =>
    renderIssue(issue, { texts, lines, paint, width })
  );
  if (issues.length === 0) return "";
  const files = [...new Set(issues.map((issue) => issue.position?.file))]
    .filter((file) => file !== undefined);
  const count = issues.length === 1 ? "1 problem" : `${issues.length} problems`;
  const where = files.length === 0 ? "" : ` in ${files.join(" and ")}`;
  return `${blocks.join("\n\n")}\n\n${paint.bold(count + where)}\n`;
}

interface Painter {
  bold(text: string): string;
  red(text: string): string;
  cyan(text: string): string;
  dim(text: string): string;
}

function renderIssue(
  issue: Issue,
  context: {
    texts: Texts;
    lines: Map<string, string[]>;
    paint: Painter;
    width: number;
  },
): string {
  const { texts, lines, paint, width } = context;
  const code = paint.dim(`[${issue.code}]`);
  const { position } = issue;
  if (position === undefined) {
    const hint = issue.hint === undefined
      ? ""
      : `\n  ${paint.cyan(issue.hint)}`;
    return `${issue.message} ${code}${hint}`;
  }
  const { file, line, column, length } = position;
  const head = `${paint.bold(`${file}:${line}:${column}:`)} ${
    clean(issue.message)
  } ${code}`;
  if (!lines.has(file) && Object.hasOwn(texts, file)) {
    lines.set(file, texts[file].split(/\r?\n/));
  }
  const text = lines.get(file)?.[line - 1];
  const hint = issue.hint === undefined ? "" : " " + paint.cyan(issue.hint);
  if (text === undefined) return `${head}${hint && `\n ${hint}`}`;
  const gutter = String(line);
  const blank = " ".repeat(gutter.length);
  const cut = cutAround(text, { start: column - 1, length, width });
  const carets = paint.red("^".repeat(cut.carets));
  return [
    head,
    `  ${paint.dim(`${gutter} |`)} ${cut.text}`,
    `  ${paint.dim(`${blank} |`)} ${" ".repeat(cut.indent)}${carets}${hint}`,
  ].join("\n");
}

/** The part of a line to show, with the caret's place in terminal cells. */
function cutAround(
  line: string,
  options: { start: number; length: number; width: number },
): { text: string; indent: number; carets: number } {
  const { width } = options;
  const start = Math.min(options.start, line.length);
  const end = Math.min(start + options.length, line.length);
  const long = line.length > width;
  const context = Math.floor(width / 3);
  const from = long && start > context ? start - context : 0;
  const to = long ? Math.min(line.length, from + width) : line.length;
  const before = (from > 0 ? "…" : "") + clean(line.slice(from, start));
  const marked = clean(line.slice(start, Math.min(end, to)));
  const after = clean(line.slice(Math.min(end, to), to)) +
    (to < line.length ? "…" : "");
  return {
    text: (before + marked + after).trimEnd(),
    indent: cells(before),
    carets: Math.max(1, cells(marked)),
  };
}

/** Tabs become spaces, and no control character reaches the terminal. */
function clean(text: string): string {
  return text.replaceAll("\t", "  ")
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/g, "·");
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

function cells(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

function painter(color: boolean): Painter {
  const style = (open: number, close: number) => (text: string) =>
    color ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return {
    bold: style(1, 22),
    red: style(31, 39),
    cyan: style(36, 39),
    dim: style(2, 22),
  };
}
