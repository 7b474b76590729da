/** A run directory that lacks what a report is made of. */
export class NoRunError extends Error {
  override readonly name = "NoRunError";
}
