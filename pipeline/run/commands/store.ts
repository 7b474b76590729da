import {
  listTables,
  prunable,
  prune as remove,
  type TableView,
  verifyTable,
  viewOf,
} from "../../../stages/store_view.ts";
import { EXIT } from "../../contract/mod.ts";
import { bytes, grouped } from "../format.ts";
import type { Io } from "../io.ts";
import { Exit } from "../load.ts";

export interface StoreOptions {
  readonly store: string;
  readonly json: boolean;
  /** Of `prune`. */
  readonly dryRun?: boolean;
}

/** `store list`: every table, its rows, dates, size and source. */
export function list({ store, json }: StoreOptions, io: Io): void {
  const tables = listTables(store).map(viewOf);
  if (json) return print(tables, io);
  if (tables.length === 0) io.out(`${store} has no tables\n`);
  for (const table of tables) io.out(linesOf(table));
}

function linesOf(table: TableView): string {
  if (table.problem !== null) return `${table.key}\n  ${table.problem}\n`;
  const { key, instrument, rows, first, last, files, gone, used } = table;
  const dates = first === null || last === null
    ? "no dates"
    : `${first.slice(0, 10)} to ${last.slice(0, 10)}`;
  const source = files.length === 0
    ? ""
    : ` of ${files[0]}${
      files.length > 1 ? ` and ${files.length - 1} more` : ""
    }`;
  const notes = [
    ...(table.synthetic ? ["synthetic"] : []),
    ...(gone.length > 0 ? [`${gone.length} source files are gone`] : []),
  ].map((note) => `, ${note}`).join("");
  return `${key}\n  ${instrument}, ${grouped(rows)} rows, ${dates}, ${
    bytes(table.bytes)
  }, last used ${used?.slice(0, 10)}\n  ${table.made_by}${source}${notes}\n`;
}

/** `store verify`: every batch against its checksum; 65 when one is off. */
export function verify({ store, json }: StoreOptions, io: Io): void {
  const tables = listTables(store);
  let size = 0;
  const problems = tables.flatMap(({ directory }) =>
    verifyTable(directory, { onBytes: (bytes) => size += bytes })
  );
  if (json) print({ tables: tables.length, bytes: size, problems }, io);
  else {
    for (const { batch, message } of problems) {
      const where = batch === null ? "" : ` (batch ${batch})`;
      io.err(`${message}${where} [corrupt_store]\n`);
    }
    io.out(
      `${grouped(tables.length)} tables, ${bytes(size)} read, ${
        problems.length === 0
          ? "all as their manifests say"
          : `${grouped(problems.length)} ${
            problems.length === 1 ? "problem" : "problems"
          }`
      }\n`,
    );
  }
  if (problems.length > 0) throw new Exit(EXIT.badData);
}

/** `store prune`: removes what no run will use. */
export function prune(
  { store, json, dryRun = false }: StoreOptions,
  io: Io,
): void {
  const found = prunable(store);
  if (!dryRun) remove(store, found);
  if (json) return print(found, io);
  if (found.length === 0) io.out(`${store} has nothing to prune\n`);
  for (const { directory, reason, file } of found) {
    const why = reason === "leftover"
      ? "left by a process that was killed"
      : `its source ${file} is gone`;
    io.out(`${dryRun ? "would remove" : "removed"} ${directory}: ${why}\n`);
  }
}

function print(value: unknown, io: Io): void {
  io.out(JSON.stringify(value, null, 2) + "\n");
}
