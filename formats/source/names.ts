const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\.dbn(\.zst)?$/i, "dbn"],
  [/\.bi5$/i, "bi5"],
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(arrow|arrows|feather|ipc)$/i, "arrow"],
  [/_message_[^/\\]*\.csv(\.gz|\.zst)?$/i, "lobster"],
  [/itch_?(v)?_?50?[^/\\]*$/i, "itch"],
];

/** The format that the name of a source stands for; CSV when it tells nothing. */
export function formatOfName(source: string): string {
  return NAMES.find(([pattern]) => pattern.test(source))?.[1] ?? "csv";
}

/** True for formats of which the pipeline file maps the columns. */
export function isMapped(format: string): boolean {
  return format === "csv" || format === "parquet" || format === "arrow";
}
