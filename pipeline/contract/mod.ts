export * from "./fault.ts";
export * from "./issue.ts";
export * from "./kind.ts";
export * from "./units.ts";
