import { distance } from "fastest-levenshtein";
import { FormatError } from "../error.ts";
import type { IngestRequest, ValueColumn } from "../request.ts";

/** Where the request's columns lie in one file. */
export interface Shape {
  /** Lines before the first row. */
  readonly skip: number;
  readonly delimiter: string;
  /** Fields of the first line. */
  readonly fields: number;
  /** Whether fields may stand in double quotes. */
  readonly quoted: boolean;
  /** Index of the time's field. */
  readonly time: number;
  readonly values: readonly ValueShape[];
}

export interface ValueShape {
  readonly name: string;
  /** Index of the field; undefined when the default is taken. */
  readonly field: number | undefined;
  readonly options: ValueColumn;
}

/** Finds the request's columns in a file of which `head` is the beginning. */
export function shapeOf(
  file: string,
  head: string,
  { columns, csv }: IngestRequest,
): Shape {
  const [line] = head.replace(/^\ufeff/, "").split(/\r\n|\n|\r/, 1);
  if (line.trim() === "") {
    throw new FormatError({
      code: "bad_data",
      message: `Cannot read ${file}: its first line is empty`,
      file,
      line: 1,
    });
  }
  const quoted = head.includes('"');
  const names = splitLine(line, csv.delimiter, quoted);
  const find = (column: string | number, optional: boolean) => {
    const at = typeof column === "number"
      ? column < names.length ? column : -1
      : csv.header
      ? names.indexOf(column)
      : -1;
    if (at >= 0) return at;
    if (optional) return undefined;
    throw missing(file, column, names, csv.header, csv.delimiter);
  };
  return {
    skip: csv.header ? 1 : 0,
    delimiter: csv.delimiter,
    fields: names.length,
    quoted,
    time: find(columns.time.column, false) as number,
    values: Object.entries(columns.values).map(([name, options]) => ({
      name,
      field: find(options.column, options.default !== undefined),
      options,
    })),
  };
}

function splitLine(line: string, delimiter: string, quoted: boolean): string[] {
  if (!quoted) return line.split(delimiter).map((name) => name.trim());
  const names: string[] = [];
  let name = "";
  let inside = false;
  for (const letter of line) {
    if (letter === '"') inside = !inside;
    else if (letter === delimiter && !inside) {
      names.push(name.trim());
      name = "";
    } else name += letter;
  }
  return [...names, name.trim()];
}

function missing(
  file: string,
  column: string | number,
  names: readonly string[],
  header: boolean,
  delimiter: string,
): FormatError {
  const fields = names.join(delimiter).slice(0, 300);
  const base = { code: "bad_data", file, line: 1 } as const;
  if (typeof column === "number") {
    return new FormatError({
      ...base,
      message:
        `Cannot find column ${column} in ${file}: current number of fields is ${names.length}`,
      hint: `fields are counted from 0; the first line is ${fields}`,
    });
  }
  if (!header) {
    return new FormatError({
      ...base,
      message:
        `Cannot find column "${column}" in ${file}: the file is read without a header`,
      hint:
        `name columns by index from 0, or set header: true; the first line is ${fields}`,
    });
  }
  const near = names
    .map((name) => ({
      name,
      away: distance(name.toLowerCase(), column.toLowerCase()),
    }))
    .sort((a, b) => a.away - b.away)[0];
  const close = near && near.away <= Math.max(2, column.length / 3);
  return new FormatError({
    ...base,
    message:
      `Cannot find column "${column}" in ${file}: current header is ${fields}`,
    ...(close ? { hint: `did you mean "${near.name}"?` } : {}),
  });
}
