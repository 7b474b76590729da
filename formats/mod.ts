export * from "./error.ts";
export * from "./ingest.ts";
export * from "./request.ts";
export * from "./source/mod.ts";
export * from "./store/mod.ts";
export * from "./table.ts";
