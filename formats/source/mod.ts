export { expandSource } from "./expand.ts";
export { hashOf, hasTable, locate, type Located } from "./locate.ts";
