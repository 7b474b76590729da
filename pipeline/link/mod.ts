export * from "./gauges.ts";
export * from "./link.ts";
export type { CpuProfile } from "./profile.ts";
export * from "./protocol.ts";
export * from "./slots.ts";
export * from "./stage.ts";
export * from "./stream_link.ts";
