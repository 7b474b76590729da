import type { Issue, Position } from "../contract/mod.ts";

export type Path = readonly (string | number)[];

/** Offsets in one text, and how to read them as lines and columns. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: SourceText;
}

/** Where one path of the document was written. */
export interface Place {
  readonly key?: Span;
  readonly value?: Span;
  readonly collection: boolean;
}

/** A text with its name, able to turn offsets into positions. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #firstLine: number;
  #starts: number[] | undefined;

  /** `firstLine` counts from 1: the number that the text's first line has in its file. */
  constructor(file: string, text: string, firstLine = 1) {
    this.file = file;
    this.text = text;
    this.#firstLine = firstLine;
  }

  position(start: number, end = start): Position {
    const starts = this.#starts ??= lineStarts(this.text);
    const from = Math.max(0, Math.min(start, this.text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= from) low = middle;
      else high = middle - 1;
    }
    const lineEnd = low + 1 < starts.length
      ? starts[low + 1] - 1
      : this.text.length;
    return {
      file: this.file,
      line: this.#firstLine + low,
      column: from - starts[low] + 1,
      length: Math.max(1, Math.min(end, lineEnd) - from),
    };
  }
}

/** Where every key and value of a document was written. */
export class Places {
  readonly #places = new Map<string, Place>();
  readonly #whole: SourceText;

  constructor(whole: SourceText) {
    this.#whole = whole;
  }

  set(path: Path, place: Place): void {
    this.#places.set(keyOf(path), place);
  }

  has(path: Path): boolean {
    return this.#places.has(keyOf(path));
  }

  /** Forgets a path and everything below it. */
  drop(path: Path): void {
    const key = keyOf(path);
    for (const other of this.#places.keys()) {
      if (other === key || other.startsWith(key + SEPARATOR)) {
        this.#places.delete(other);
      }
    }
  }

  /**
   * The position of a path. By itself it points at a scalar's value, and at
   * the key of a mapping or a list. A path that was not written is placed at
   * its nearest ancestor that was.
   */
  locate(path: Path, at?: "key" | "value"): Position {
    for (let depth = path.length; depth >= 0; depth--) {
      const place = this.#places.get(keyOf(path.slice(0, depth)));
      if (place === undefined) continue;
      const wanted = depth === path.length ? at : undefined;
      const byKey = wanted === "key" ||
        (wanted === undefined && place.collection);
      const span = byKey ? place.key ?? place.value : place.value ?? place.key;
      if (span === undefined) continue;
      const end = depth === 0 ? span.start : span.end;
      return span.text.position(span.start, end);
    }
    return this.#whole.position(0);
  }
}

/** Codes whose issue is about the key and not about what it holds. */
const AT_KEY: ReadonlySet<string> = new Set<Issue["code"]>([
  "unknown_key",
  "duplicate_key",
  "no_consumer",
]);

/** Finds the position of a path in the text that it came from. */
export type Locate = (path: Path, at?: "key" | "value") => Position;

/** Gives every issue its position, drops repeats and sorts by position. */
export function placeIssues(
  issues: readonly Issue[],
  locate: Locate,
): Issue[] {
  const seen = new Set<string>();
  const placed: (Issue & { position: Position })[] = [];
  for (const issue of issues) {
    const position = issue.position ??
      locate(issue.path, AT_KEY.has(issue.code) ? "key" : undefined);
    const { line, column } = position;
    const id = [position.file, line, column, issue.code, issue.message]
      .join(SEPARATOR);
    if (seen.has(id)) continue;
    seen.add(id);
    placed.push({ ...issue, position });
  }
  return placed.sort((a, b) =>
    compareFiles(a.position.file, b.position.file) ||
    a.position.line - b.position.line ||
    a.position.column - b.position.column
  );
}

/** Name of the text that holds the overrides of the command line. */
export const OVERRIDES_FILE = "--set";

function compareFiles(a: string, b: string): number {
  if (a === b) return 0;
  if (a === OVERRIDES_FILE) return 1;
  if (b === OVERRIDES_FILE) return -1;
  return a < b ? -1 : 1;
}

const SEPARATOR = "\u0000";

function keyOf(path: Path): string {
  return path.map((key) => SEPARATOR + key).join("");
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}
