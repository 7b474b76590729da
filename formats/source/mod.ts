export { expandSource } from "./expand.ts";
export { formatOfName, isMapped } from "./names.ts";
export { hashOf, hasTable, locate, type Located } from "./locate.ts";
