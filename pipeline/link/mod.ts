export * from "./gauges.ts";
export * from "./link.ts";
export * from "./log.ts";
export * from "./open_link.ts";
export type { CpuProfile } from "./profile.ts";
export * from "./protocol.ts";
export * from "./slots.ts";
export * from "./stage.ts";
