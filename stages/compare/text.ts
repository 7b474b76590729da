import type { Comparison } from "./compare_runs.ts";
import type { Row, RowDifference } from "./first_row.ts";
import type { InputChange } from "./inputs.ts";

/** A comparison on a terminal. */
export function comparisonText(comparison: Comparison): string {
  const { same, a, b, inputs, stages } = comparison;
  const lines = [
    `a  ${a.digest.slice(0, 16)}  ${a.directory}`,
    `b  ${b.digest.slice(0, 16)}  ${b.directory}`,
    "",
    inputs.length === 0 ? "The same inputs" : "Inputs that differ",
    ...inputs.map((change) => `  ${inputText(change)}`),
    "",
  ];
  if (same) return [...lines, "The same results"].join("\n") + "\n";
  lines.push("Results that differ", ...figureLines(comparison));
  for (const { stage, ...tables } of stages) {
    const where = stages.length < 2 ? "" : ` of ${stage}`;
    for (const [table, difference] of Object.entries(tables)) {
      if (difference === null) continue;
      const noun = table === "equity" ? "sample of the equity" : NOUNS[table];
      lines.push(
        "",
        `The first ${noun}${where} that differs is number ${
          difference.row + 1
        }`,
        ...rowLines(difference),
      );
    }
  }
  return lines.join("\n") + "\n";
}

/** The first row that differs, in one line. */
export function differenceText(
  table: string,
  { row, a, b }: RowDifference,
): string {
  const noun = NOUNS[table] ?? table;
  return `The first ${noun} that differs is ${noun} ${row}: ${
    shortText(a)
  } against ${shortText(b)}`;
}

const NOUNS: Readonly<Record<string, string>> = {
  fills: "fill",
  orders: "order",
  trades: "trade",
};

function inputText({ what, where, a, b }: InputChange): string {
  if (what === "config") return `${where}: ${a ?? "none"} → ${b ?? "none"}`;
  const short = (text: string | null) =>
    text === null
      ? "none"
      : /^[0-9a-f]{64}$/.test(text)
      ? text.slice(0, 16)
      : text;
  const name = what === "program" ? "the program" : `${what} of ${where}`;
  return `${name}: ${short(a)} → ${short(b)}`;
}

/** The figures on top of `result.json`; those in groups are for `--json`. */
function figureLines({ figures }: Comparison): string[] {
  const rows = Object.entries(figures).filter(([name]) => !name.includes("."));
  if (rows.length === 0) return ["  no figure"];
  const cells = rows.map(([name, { a, b }]) => [
    name,
    number(a),
    number(b),
    a === null || b === null ? "" : signed(b - a),
  ]);
  const head = ["", "a", "b", "b − a"];
  const widths = head.map((title, c) =>
    Math.max(title.length, ...cells.map((row) => row[c].length))
  );
  return [head, ...cells].map((row) =>
    `  ${
      row.map((cell, c) =>
        c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])
      ).join("  ")
    }`.trimEnd()
  );
}

function rowLines({ columns, a, b }: RowDifference): string[] {
  const lines = [`  a  ${shortText(a)}`, `  b  ${shortText(b)}`];
  if (columns.length === 0) return lines;
  const told = columns.map((column) =>
    `${column} ${a?.[column] ?? "none"} → ${b?.[column] ?? "none"}`
  );
  return [...lines, `  ${told.join(", ")}`];
}

/** What one looks for first in a row. */
function shortText(row: Row | null): string {
  if (row === null) return "none";
  const { side, quantity, instrument, price, time } = row;
  if (price !== undefined) {
    return `${side} ${quantity} ${instrument} at ${price}, ${time}`;
  }
  if (row.entry_time !== undefined) {
    return `${side} ${quantity} ${instrument} at ${row.entry_price}, ${row.entry_time}, to ${row.exit_price}, ${row.exit_time}: ${row.net}`;
  }
  if (row.submitted !== undefined) {
    return `${row.type} ${side} ${quantity} ${instrument}, ${row.submitted}: ${row.status}`;
  }
  return `${row.equity}, ${time}`;
}

const FORMAT = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 10 });

function number(value: number | null): string {
  return value === null ? "–" : FORMAT.format(value);
}

function signed(value: number): string {
  return value > 0 ? `+${FORMAT.format(value)}` : FORMAT.format(value);
}
