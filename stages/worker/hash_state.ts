import { createHash } from "node:crypto";

/** SHA-256 of a state's bytes, as hex. */
export function hashState(state: Float64Array): string {
  const bytes = new Uint8Array(
    state.buffer,
    state.byteOffset,
    state.byteLength,
  );
  return createHash("sha256").update(bytes).digest("hex");
}
